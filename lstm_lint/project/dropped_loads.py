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
        for action in walk.actions(body.shape):
            call = _call(action)
            if call is None or not isinstance(call.func, facts.Attribute) or call.func.attr != "load":
                continue
            receiver = call.func.value
            known = recurrent(project, receiver, body.scope, ("algorithm", "policy"))
            known = known or memoryless(project, receiver, body.scope)
            if known is None or not all(_is_builder(project, ref) for ref in known.classes):
                continue
            policy = any(project.classes.kind(ref) == "policy" for ref in known.classes)
            yield DroppedLoad(body, call, receiver, known, policy)


def _call(action: object) -> facts.Call | None:
    """The call whose result a statement drops: nothing takes it, or only ``_`` does."""
    if not isinstance(action, (facts.Evaluate, facts.Assign)):
        return None
    targets = action.targets if isinstance(action, facts.Assign) else ()
    ignored = all(isinstance(target, facts.Name) and target.id == "_" for target in targets)
    return action.value if ignored and isinstance(action.value, facts.Call) else None


def _is_builder(project: Project, ref: object) -> bool:
    """Whether ``load`` of a class is the library's own, not a method of the project that may load in place."""
    return project.classes.method(ref, "load") is None and any(  # type: ignore[arg-type]
        "load" in row.builders
        for row in project.classes.rows(ref)  # type: ignore[arg-type]
    )
