"""Networks with no recurrent cell that give back a memory: what is handed in and seen is written down for next time.

``kept.append(torch.cat([past, x]))``, and ``return logits, kept``: an attention memory, or a state computed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

_CALLED = ("forward", "__call__")
_FILLS = frozenset({"append", "extend", "insert"})


class Memories:
    """The parameters that the ``forward`` of classes takes and gives the next of; each class asked once."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self._of: dict[ClassRef, frozenset[str]] = {}

    def of(self, ref: ClassRef) -> frozenset[str]:
        """Those of one class."""
        found = self._of.get(ref)
        if found is None:
            methods = (self._classes.method(ref, name) for name in _CALLED)
            called = next((method for method in methods if isinstance(method, FunctionInfo)), None)
            found = self._of[ref] = handed_on(called.fact) if called is not None else frozenset()
        return found

    @cached_property
    def names(self) -> frozenset[str]:
        """Those of every class."""
        own = (klass for klass in self._classes.all if any(name in klass.fact.functions for name in _CALLED))
        return frozenset().union(*(self.of(klass) for klass in own))

    def is_one(self, name: str) -> bool:
        """Whether some class calls a memory that it gives back by such a name."""
        return name.strip("_") in self.names

    def takes(self, ref: ClassRef, name: str) -> bool:
        """Whether a class calls the memory that it gives back by such a name."""
        return isinstance(ref, ClassInfo) and name.strip("_") in self.of(ref)


def handed_on(function: facts.FunctionFact) -> frozenset[str]:
    """The parameters of which, and of another one, something is computed that is returned behind the first result."""
    names = [parameter.name for parameter in function.parameters[1:]]
    later = [item for value in _returned(function) for item in value.items[1:]] if len(names) > 1 else []
    if not later:
        return frozenset()
    made_of = _made_of(function, names)
    found: set[str] = set()
    for item in later:
        if isinstance(item, facts.Name) and item.id in names and made_of[item.id] == {item.id}:
            continue
        given = _read(item, made_of)
        if len(given) > 1:
            found |= given
    return frozenset(found)


def _returned(function: facts.FunctionFact) -> Iterator[facts.Display]:
    for value in walk.bindings(function).returns:
        if isinstance(value, facts.Display) and value.kind == "tuple":
            yield value


def _made_of(function: facts.FunctionFact, names: list[str]) -> dict[str, set[str]]:
    """By variable: the parameters that it is computed of."""
    found: dict[str, set[str]] = {name: {name} for name in names}
    for _ in range(3):  # what a loop makes is read in its next round
        before = sum(map(len, found.values()))
        for action in walk.actions(function.body):
            for target, value in _moved(action):
                root = walk.root(target)
                if isinstance(root, facts.Name):
                    found.setdefault(root.id, set()).update(_read(value, found))
        if sum(map(len, found.values())) == before:
            break
    return found


def _moved(action: object) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    if isinstance(action, facts.Assign):
        for target in action.targets:
            for part in target.items if isinstance(target, facts.Display) else (target,):
                yield part, action.value
    elif isinstance(action, facts.Iterate):
        yield from _paired(action)
    for call in walk.calls_in(action):
        if isinstance(call.func, facts.Attribute) and call.func.attr in _FILLS:
            yield from ((call.func.value, each.value) for each in call.arguments)


def _paired(action: facts.Iterate) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    """``for block, past in zip(self.blocks, tokens)``: each variable with what it goes through."""
    target, iterable = action.target, action.iterable
    parts = target.items if isinstance(target, facts.Display) else (target,)
    given = iterable.arguments if isinstance(iterable, facts.Call) and walk.last_name(iterable.func) == "zip" else ()
    apart = len(given) == len(parts)
    yield from ((part, given[index].value if apart else iterable) for index, part in enumerate(parts))


def _read(value: facts.Expr, made_of: dict[str, set[str]]) -> set[str]:
    names = {expr.id for expr in walk.expressions(value) if isinstance(expr, facts.Name)}
    return set().union(*(made_of.get(name, set()) for name in names))
