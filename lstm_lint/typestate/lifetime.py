"""Objects that nothing refers to any more: whatever went stale in them is met by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint.typestate import phases
from lstm_lint.typestate.paths import Local, Place, Root
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def let_go(run: Interpreter, place: Local, held: Value | None, state: State) -> None:
    """A variable no longer holds what it held: objects made here that nothing else holds are gone."""
    if held is None or not state.loads:
        return
    kept = state.env.get(place)
    gone = set(_roots(held)) - (set(_roots(kept)) if kept is not None else set())
    for root in sorted(gone, key=str):
        if not _is_held(run, root, state):
            for each in [p for p in state.heap if p.owner.root == root]:
                phases.settle(run, state.heap[each].tags, "gone", None, state)
                del state.heap[each]


def _roots(value: Value) -> Iterator[Root]:
    """The objects made in code that was read which a value, or what is in it, may be."""
    for ref in value.refs | value.holds:
        if ref.root.kind == "built":
            yield ref.root
    for bound in value.callables:
        if bound.receiver is not None:
            yield from _roots(bound.receiver)
    parts = [*(value.items or ()), *(item for _, item in value.keys or ())]
    for part in [*parts, value.element] if value.element is not None else parts:
        yield from _roots(part)


def _is_held(run: Interpreter, root: Root, state: State) -> bool:
    return any(
        root in _roots(value) and not _is_own(place, root) and not _is_loop_variable(run, place)
        for place, value in state.items()
    )


def _is_own(place: Place, root: Root) -> bool:
    return not isinstance(place, Local) and place.owner.root == root


def _is_loop_variable(run: Interpreter, place: Place) -> bool:
    """Whether a ``for`` binds the variable: what it holds after the loop is seldom meant."""
    if not isinstance(place, Local) or place.frame != run.frame.number or run.frame.function is None:
        return False
    bound = run.project.typing.bindings(run.frame.function).names.get(place.name, ())
    return any(binding.how == "element" for binding in bound)
