"""Which modules can have to do with which: those that imports connect, whichever way they point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lstm_lint.project.symbols import Module, Symbols


def connected(modules: Sequence[Module], symbols: Symbols, paths: frozenset[str]) -> frozenset[str]:
    """The paths of the modules that imports lead to or from, however indirectly, starting at these.

    An object cannot get from one module to another without some module that imports both. An import is taken to mean
    every module that ends in its name, so that a root that was not recognised cuts nothing off.
    """
    by_stem: dict[str, list[Module]] = defaultdict(list)
    for module in modules:
        by_stem[module.name.rpartition(".")[2]].append(module)
    neighbours: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for stem in set(_stems(module, symbols)):
            for other in by_stem.get(stem, ()):
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


def _stems(module: Module, symbols: Symbols) -> Iterator[str]:
    for item in module.facts.imports:
        yield symbols.import_module(module, item).rpartition(".")[2]
        yield (item.name or item.target).rpartition(".")[2]
