"""How a function can write an object that it did not name itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import Path

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


LEFT_OUT = "…"
"""What a text has in place of an index that nobody may write once more: no code."""


def spelled(
    run: Interpreter, path: Path, target: Path, receiver: facts.Expr | None, state: State
) -> tuple[str | None, ...]:
    """How each function on the way to the replacement can write the object at ``path``, innermost first."""
    names: list[str | None] = []
    single = is_single(run, path, state)
    for depth, frame in enumerate(reversed(run.frames)):
        if frame.function is not None and frame.function.name == "<lambda>":
            names.append(None)  # its parameters mean nothing to the statement that a reset would follow
            continue
        found = None
        if depth == 0 and receiver is not None:
            found = _from_receiver(run, path, target, receiver) or _on_the_way(run, path, receiver, state)
        names.append(found or (_from_code(run, frame, path, state) if single else None))
    return tuple(names)


def _from_receiver(run: Interpreter, path: Path, target: Path, receiver: facts.Expr) -> str | None:
    """The object by what the source writes for the target: attributes taken off its end, or put on it."""
    root = walk.root(receiver)
    if not isinstance(root, facts.Name) or root.id in run.comprehended:
        return None
    if path.starts_with(target):
        rest = path.attrs[len(target.attrs) :]
        text = _spelt(receiver)
        return None if text is None or any(attr.startswith("[") for attr in rest) else ".".join([text, *rest])
    if not target.starts_with(path):
        return None
    expr = receiver
    for attr in reversed(target.attrs[len(path.attrs) :]):
        if not isinstance(expr, facts.Attribute) or expr.attr != attr:
            return None
        expr = expr.value
    return _spelt(expr)


_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "~"})
_PLAIN = frozenset({"abs", "int", "len", "max", "min", "round", "str"})
"""Functions that may be called once more: they change nothing, and give the same again."""


def _spelt(expr: facts.Expr) -> str | None:
    """A chain of attributes and entries as code; ``…`` stands for an index that code may not repeat."""
    if isinstance(expr, facts.Name):
        return expr.id
    if isinstance(expr, facts.Attribute):
        base = _spelt(expr.value)
        return None if base is None else f"{base}.{expr.attr}"
    if isinstance(expr, facts.Subscript):
        base = _spelt(expr.value)
        return None if base is None else f"{base}[{_repeated(expr.index) or LEFT_OUT}]"
    return None


def _repeated(expr: facts.Expr) -> str | None:
    """An index as code that may stand there once more: it has no effect, and gives the same again."""
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    if isinstance(expr, (facts.Name, facts.Attribute, facts.Subscript)):
        text = _spelt(expr)
        return None if text is None or LEFT_OUT in text else text
    if isinstance(expr, facts.Operation) and expr.op in _ARITHMETIC:
        parts = [_operand(part, expr) for part in expr.operands]
        if len(parts) == 1:
            return None if parts[0] is None else f"{expr.op}{parts[0]}"
        return None if None in parts else f" {expr.op} ".join(map(str, parts))
    if isinstance(expr, facts.Call) and isinstance(expr.func, facts.Name) and expr.func.id in _PLAIN:
        given = [None if a.keyword or a.star else _repeated(a.value) for a in expr.arguments]
        return None if None in given else f"{expr.func.id}({', '.join(map(str, given))})"
    return None


def _operand(expr: facts.Expr, whole: facts.Operation) -> str | None:
    text = _repeated(expr)
    if text is None or not isinstance(expr, facts.Operation):
        return text
    sums = {expr.op, whole.op} <= {"+", "-"} and len(expr.operands) == len(whole.operands) > 1
    return text if sums and expr is whole.operands[0] else f"({text})"


def _on_the_way(run: Interpreter, path: Path, receiver: facts.Expr, state: State) -> str | None:
    """The object where the receiver is reached through it, be it one of several: ``seat`` of ``seat.net``."""
    while isinstance(receiver, facts.Attribute):
        receiver = receiver.value
        if isinstance(receiver, facts.Name) and receiver.id not in run.comprehended:
            held = run.lookup(receiver.id, state)
            if held is not None and path in held.refs:
                return receiver.id
    return None


def from_locals(run: Interpreter, frame: Frame, path: Path, state: State) -> str | None:
    """A variable of the function, of one around it or of its module, that is the object or leads to it."""
    return _nearest(_from_variables(run, frame, path, state))


def _from_code(run: Interpreter, frame: Frame, path: Path, state: State) -> str | None:
    """The object as the code of a function can speak of it.

    A method replaces the weights of whatever object it is called on: of the variables of its module, which this run
    found to be that object, only those that its own code uses are meant by it.
    """
    used = None if frame.function is None else walk.variables(frame.function.body)
    found = _from_variables(run, frame, path, state)
    return _nearest(each for each in found if used is None or not each.of_module or each.variable in used)


class _Way(NamedTuple):
    """How a variable leads to an object; the one to take sorts first."""

    of_module: bool
    outside: bool
    """Whether it is a variable of a function around, or of the module, and not the function's own."""
    length: int
    text: str

    @property
    def variable(self) -> str:
        return self.text.partition(".")[0]


def _nearest(ways: Iterable[_Way]) -> str | None:
    best = min(ways, default=None)
    return None if best is None else best.text


def _from_variables(run: Interpreter, frame: Frame, path: Path, state: State) -> Iterator[_Way]:
    """The ways to an object from the variables that a function can see."""
    modules = {f.number for f in run.frames if f.function is None and f.module is frame.module}
    seen = set(modules)
    around: Frame | None = frame
    while around is not None:
        seen.add(around.number)
        around = run.live_frame(around.outer) if around.outer not in (None, around.number) else None
    for place, value in state.env.items():
        if place.frame not in seen or len(value.refs) != 1 or not place.name.isidentifier():
            continue
        outside = place.frame != frame.number
        if outside and _is_hidden(run, frame, place.name):
            continue
        for way in _ways_to(next(iter(value.refs)), path, state):
            yield _Way(place.frame in modules, outside, len(way), ".".join([place.name, *way]))


def _is_hidden(run: Interpreter, frame: Frame, name: str) -> bool:
    """Whether a function has another variable of a name that is also one around it."""
    declared = frame.function is not None and name in frame.function.nonlocals
    return not declared and run.project.typing.is_local(name, frame.scope)


def is_in_own_collection(run: Interpreter, path: Path, state: State) -> bool:
    """Whether an object is an element of a collection that ``self`` holds: each method of the class can go to it."""
    first = run.frame.first
    if first is None:
        return False
    bases = frozenset(path.prefixes())
    return any(
        place.owner in first.refs and held.element is not None and not bases.isdisjoint(held.element.refs)
        for place, held in state.heap.items()
    )


def _ways_to(start: Path, path: Path, state: State) -> list[tuple[str, ...]]:
    """Attribute chains from one object to another, by path or through one object held under its own name."""
    found: list[tuple[str, ...]] = []
    if path.starts_with(start):
        found.append(path.attrs[len(start.attrs) :])
    for base in path.prefixes():
        for place in state.ways(base):
            if place.owner.starts_with(start):
                found.append((*place.owner.attrs[len(start.attrs) :], place.attr, *path.attrs[len(base.attrs) :]))
    return [way for way in found if not any(attr.startswith("[") for attr in way)]


def receiver_text(run: Interpreter, receiver: facts.Expr | None, target: Path, state: State) -> str:
    """The receiver as the source writes it, else as a variable leads to it."""
    text = None if receiver is None else _spelt(receiver) or walk.render(receiver)
    if text == "super()":
        return str(target.root.name)
    return text or from_locals(run, run.frame, target, state) or str(target)
