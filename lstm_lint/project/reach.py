"""Which modules can have to do with which: those that imports connect, whichever way they point."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lstm_lint import facts
from lstm_lint.project.symbols import Module, Symbols


def connected(modules: Sequence[Module], symbols: Symbols, paths: frozenset[str]) -> frozenset[str]:
    """The paths of the modules that imports lead to or from, however indirectly, starting at these.

    An object cannot get from one module to another without some module that imports both. An import that is not known
    by its whole name is taken to mean every module that ends in it, so that a root that was not recognised cuts nothing
    off.
    """
    by_name = {module.name: module for module in modules}
    by_stem: dict[str, list[Module]] = defaultdict(list)
    for module in modules:
        by_stem[module.name.rpartition(".")[2]].append(module)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for item in module.facts.imports:
            for other in _named(symbols.import_module(module, item), item, by_name, by_stem):
                neighbours[module.path].add(other.path)
                neighbours[other.path].add(module.path)
    found: set[str] = set()
    todo = list(paths)
    while todo:
        path = todo.pop()
        if path not in found:
            found.add(path)
            todo.extend(neighbours.get(path, ()))
    return frozenset(found)


def _named(
    target: str, item: facts.Import, by_name: Mapping[str, Module], by_stem: Mapping[str, Sequence[Module]]
) -> Iterator[Module]:
    """The modules that an import names; where it is not known which, all that end in its names."""
    exact = [by_name[name] for name in (target, f"{target}.{item.name}") if name in by_name]
    if exact:
        yield from exact
    elif target.partition(".")[0] not in sys.stdlib_module_names:
        for stem in {target.rpartition(".")[2], (item.name or item.target).rpartition(".")[2]}:
            yield from by_stem.get(stem, ())
