"""The strings that a name stands for in a method: a literal, what a loop goes through, what its callers pass.

``for name in ("hx", "cx"): self.register_buffer(name, …)``, or ``for name, width in widths.items()`` in a method that
is called as ``self.hold(n, hx=64, cx=64)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo

_THROUGH = frozenset({"items", "keys"})
_WRAPPERS = frozenset({"enumerate", "sorted", "list", "tuple", "zip", "dict", "set"})


def strings(
    expr: facts.Expr, call: facts.Call, function: facts.FunctionFact, family: Sequence[ClassInfo]
) -> frozenset[str]:
    """The strings that an argument of a call in a method may be; empty where nothing tells.

    ``family`` are the classes whose methods may call the method on their own object.
    """
    return frozenset(_Method(function, family, call).of(expr))


class _Method:
    def __init__(self, function: facts.FunctionFact, family: Sequence[ClassInfo], call: facts.Call) -> None:
        self._function = function
        self._family = family
        around = [loop for loop in walk.loops(function.body) if walk.call_at(loop.body, call.span) is not None]
        self._heads = [loop.head for loop in around if isinstance(loop.head, facts.Iterate)]

    def of(self, expr: facts.Expr) -> Iterator[str]:
        if isinstance(expr, facts.Constant):
            if isinstance(expr.value, str):
                yield expr.value
        elif isinstance(expr, facts.Name):
            for head in self._heads:
                if (place := _at(head.target, expr.id)) is not None:
                    yield from self._through(head.iterable, place)
            yield from self._passed(expr.id)

    def _through(self, iterable: facts.Expr, place: int) -> Iterator[str]:
        """The strings among what a loop goes through; ``place`` is which of several variables: the first is the key."""
        if isinstance(iterable, facts.Display):
            for item in iterable.items:
                if isinstance(item, facts.Display):
                    yield from self.of(item.items[place]) if place < len(item.items) else ()
                elif place == 0:
                    yield from self.of(item)
        elif isinstance(iterable, facts.DictDisplay) and place == 0:
            for key, _ in iterable.items:
                yield from self.of(key) if key is not None else ()
        elif isinstance(iterable, facts.Call):
            yield from self._call(iterable, place)
        elif isinstance(iterable, facts.Name):
            yield from self._collected(iterable.id) if place == 0 else ()
            yield from self._named(iterable, place)
        elif isinstance(iterable, facts.Attribute):
            yield from self._named(iterable, place)

    def _call(self, call: facts.Call, place: int) -> Iterator[str]:
        func = call.func
        if isinstance(func, facts.Attribute) and func.attr in _THROUGH:
            yield from self._through(func.value, place)
        elif isinstance(func, facts.Name) and func.id in _WRAPPERS:
            if func.id == "dict":
                yield from (a.keyword for a in call.arguments if a.keyword is not None and place == 0)
            at = place if func.id == "zip" else 0
            shift = 1 if func.id == "enumerate" else 0
            if at < len(call.arguments) and place >= shift:
                yield from self._through(call.arguments[at].value, 0 if func.id == "zip" else place - shift)

    def _named(self, expr: facts.Expr, place: int) -> Iterator[str]:
        """What a variable of the method or of the module, or an attribute of the class, is assigned."""
        name = walk.last_name(expr)
        values: list[facts.Expr] = []
        for klass in self._family:
            values += [klass.fact.assignments[name]] if name in klass.fact.assignments else []
            values += klass.module.facts.assignments.get(name, ())
        for action in walk.actions(self._function.body):
            if isinstance(action, facts.Assign) and any(walk.chain(t) == walk.chain(expr) for t in action.targets):
                values.append(action.value)
        for value in values:
            if not isinstance(value, (facts.Name, facts.Attribute)):
                yield from self._through(value, place)

    # --- what callers pass ---

    def _passed(self, name: str) -> Iterator[str]:
        """The strings that callers pass for a parameter."""
        at = next((n for n, p in enumerate(self._function.parameters) if p.name == name), None)
        if at is None or self._function.parameters[at].kind in ("star", "doublestar"):
            return
        for call in self._calls():
            plain = [a.value for a in call.arguments if a.keyword is None and not a.star]
            named = [a.value for a in call.arguments if a.keyword == name]
            for given in (*plain[at - 1 : at], *named):
                if isinstance(given, facts.Constant) and isinstance(given.value, str):
                    yield given.value

    def _collected(self, name: str) -> Iterator[str]:
        """The names of keyword arguments in ``**name``, and the strings in ``*name``."""
        parameters = self._function.parameters
        kind = next((p.kind for p in parameters if p.name == name), None)
        if kind not in ("star", "doublestar"):
            return
        before = [p.name for p in parameters[1:] if p.kind in ("posonly", "positional")]
        own = {p.name for p in parameters}
        for call in self._calls():
            if kind == "doublestar":
                yield from (a.keyword for a in call.arguments if a.keyword is not None and a.keyword not in own)
            else:
                plain = [a.value for a in call.arguments if a.keyword is None and not a.star]
                for given in plain[len(before) :]:
                    if isinstance(given, facts.Constant) and isinstance(given.value, str):
                        yield given.value

    def _calls(self) -> Iterator[facts.Call]:
        """The calls of the method on ``self`` in the classes that have it."""
        for klass in self._family:
            for fact in klass.fact.functions.values():
                if not fact.parameters or self._function.name not in fact.mentions:
                    continue
                own = f"{fact.parameters[0].name}.{self._function.name}"
                yield from (call for call in walk.calls(fact.body) if walk.chain(call.func) == own)


def _at(target: facts.Expr, name: str) -> int | None:
    """Which of the variables of a loop is meant."""
    items = target.items if isinstance(target, facts.Display) else (target,)
    for at, item in enumerate(items):
        if isinstance(item, facts.Name) and item.id == name:
            return at
    return None
