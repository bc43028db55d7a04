"""``model.load(path)`` as a statement: a builder whose result is lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import Body
from lstm_lint.project.receivers import Known, bodies, memoryless, recurrent

if TYPE_CHECKING:
    from lstm_lint.project import Project


class DroppedLoad(NamedTuple):
    """A call of ``load`` on an object, and who that is; the model that it returns goes nowhere."""

    body: Body
    call: facts.Call
    receiver: facts.Expr
    known: Known
    is_policy: bool


def dropped_loads(project: Project, paths: frozenset[str]) -> Iterator[DroppedLoad]:
    """The statements at these paths that are a call of a builder on an object of a recurrent algorithm or policy.

    Where the class of the object is known, its algorithm need not be recurrent: the weights do not change either.
    """
    for body in bodies(project, "load", paths):
        for call in (call for action in walk.actions(body.shape) for call in _dropped_by(action)):
            if not isinstance(call.func, facts.Attribute) or call.func.attr != "load":
                continue
            receiver = call.func.value
            known = recurrent(project, receiver, body.scope, ("algorithm", "policy"))
            known = known or memoryless(project, receiver, body.scope)
            if known is None or not all(_is_builder(project, ref) for ref in known.classes):
                continue
            policy = any(project.classes.kind(ref) == "policy" for ref in known.classes)
            yield DroppedLoad(body, call, receiver, known, policy)


def _dropped_by(action: object) -> Iterator[facts.Call]:
    """The calls whose result a statement drops: nothing takes it, or only ``_`` does."""
    if not isinstance(action, (facts.Evaluate, facts.Assign)):
        return
    targets = action.targets if isinstance(action, facts.Assign) else ()
    if all(isinstance(target, facts.Name) and target.id == "_" for target in targets):
        yield from _given(action.value)


def _given(value: facts.Expr) -> Iterator[facts.Call]:
    """The calls that an expression may be: ``there and model.load(path)``, ``model.load(path) if there else x``."""
    if isinstance(value, facts.Call):
        yield value
    elif isinstance(value, facts.BoolOp):
        yield from _given(value.right)
    elif isinstance(value, facts.Conditional):
        yield from _given(value.then)
        yield from _given(value.orelse)


def _is_builder(project: Project, ref: object) -> bool:
    """Whether ``load`` of a class is the library's own, not a method of the project that may load in place."""
    return project.classes.method(ref, "load") is None and any(  # type: ignore[arg-type]
        "load" in row.builders
        for row in project.classes.rows(ref)  # type: ignore[arg-type]
    )
