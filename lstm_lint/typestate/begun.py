"""Under which conditions a variable has a value at all: where all that begins it stands in one arm of a branch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step, Try
from lstm_lint.typestate.atoms import test_atom
from lstm_lint.typestate.paths import Local

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def unbind(run: Interpreter, atom: str, holds: bool, state: State) -> None:
    """Forget the states in variables that have no value where a condition does or does not hold.

    ``if kind == "lstm": h = zeros()`` is all that begins ``h``: where the condition fails, later on, there is none.
    """
    body = run.frame.body
    for place, value in list(state.env.items()):
        if value.tags and isinstance(place, Local) and place.frame == run.frame.number:
            key = (id(body), place.name)
            if key not in run.index.begun:
                run.index.begun[key] = tests_of(body, place.name)
            for test in run.index.begun[key]:
                same, positive = test_atom(run, test, state)
                if same == atom and positive is not holds and _is_kept(body, test):
                    del state.env[place]
                    break


def _is_kept(body: Shape, test: facts.Expr) -> bool:
    """Whether nothing in a body assigns what a test reads, so that it comes out the same wherever it is made."""
    read = {expr.id for expr in walk.expressions(test) if isinstance(expr, facts.Name)}
    plain = not any(isinstance(expr, (facts.Attribute, facts.Call, facts.Subscript)) for expr in walk.expressions(test))
    return plain and not any(
        isinstance(expr, facts.Name) and expr.id in read
        for action in walk.actions(body)
        for target in _targets(action)
        for expr in walk.expressions(target)
    )


def _targets(action: object) -> tuple[facts.Expr, ...]:
    if isinstance(action, facts.Assign):
        return action.targets
    return (action.target,) if isinstance(action, (facts.Augment, facts.Iterate)) else ()


def tests_of(body: Shape, name: str) -> tuple[facts.Expr, ...]:
    """The tests that have to hold for the variable to be bound: every first binding of it stands below them.

    A binding that reads the variable itself, ``h = h.detach()``, begins nothing.
    """
    found: tuple[facts.Expr, ...] | None = None
    for action, tests in _under(body, ()):
        if isinstance(action, facts.Assign) and _begins(action, name):
            found = tests if found is None else tuple(test for test in found if test in tests)
    return found or ()


def _begins(action: facts.Assign, name: str) -> bool:
    bound = any(_is(expr, name) for target in action.targets for expr in walk.expressions(target))
    return bound and not any(_is(expr, name) for expr in walk.expressions(action.value))


def _is(expr: facts.Expr, name: str) -> bool:
    return isinstance(expr, facts.Name) and expr.id == name


def _under(shape: Shape, tests: tuple[facts.Expr, ...]) -> Iterator[tuple[object, tuple[facts.Expr, ...]]]:
    """Every action, with the tests of the branches in whose first arm it stands."""
    if isinstance(shape, Step):
        yield shape.action, tests
    elif isinstance(shape, Branch):
        yield from _under(shape.then, (*tests, shape.test))  # type: ignore[arg-type]
        yield from _under(shape.orelse, tests)
    elif isinstance(shape, Loop):
        yield from _under(shape.body, tests)
        yield from _under(shape.orelse, tests)
    elif isinstance(shape, Try):
        for part in (shape.body, *(handler.body for handler in shape.handlers), shape.orelse, shape.final):
            yield from _under(part, tests)
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from _under(part, tests)
