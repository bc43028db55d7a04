"""How a function can write an object that it did not name itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.objects import is_single
from lstm_lint.typestate.paths import Path

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


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
        names.append(found or (from_locals(run, frame, path, state) if single else None))
    return tuple(names)


def _from_receiver(run: Interpreter, path: Path, target: Path, receiver: facts.Expr) -> str | None:
    """The object by what the source writes for the target: attributes taken off its end, or put on it."""
    root = walk.root(receiver)
    if not isinstance(root, facts.Name) or root.id in run.comprehended:
        return None
    if path.starts_with(target):
        rest = path.attrs[len(target.attrs) :]
        text = walk.render(receiver)
        return None if text is None or any(attr.startswith("[") for attr in rest) else ".".join([text, *rest])
    if not target.starts_with(path):
        return None
    expr = receiver
    for attr in reversed(target.attrs[len(path.attrs) :]):
        if not isinstance(expr, facts.Attribute) or expr.attr != attr:
            return None
        expr = expr.value
    return walk.render(expr)


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
    seen = {f.number for f in run.frames if f.function is None and f.module is frame.module}
    around: Frame | None = frame
    while around is not None:
        seen.add(around.number)
        around = run.live_frame(around.outer) if around.outer not in (None, around.number) else None
    best: str | None = None
    for place, value in state.env.items():
        if place.frame not in seen or len(value.refs) != 1 or not place.name.isidentifier():
            continue
        for way in _ways_to(next(iter(value.refs)), path, state):
            name = ".".join([place.name, *way])
            if best is None or (name.count("."), name) < (best.count("."), best):
                best = name
    return best


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
    text = walk.render(receiver) if receiver is not None else None
    if text == "super()":
        return str(target.root.name)
    return text or from_locals(run, run.frame, target, state) or str(target)
