"""Whether a call is one step of an episode: in the loop that steps it, or in a function that such a loop asks.

``def choose(net, seen): q, _ = net(seen, None); return q.argmax()`` is asked round after round by a loop elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project import FunctionInfo, Project
from lstm_lint.project.bodies import Body
from lstm_lint.project.lengths import is_window
from lstm_lint.project.placed import Placed, place_each
from lstm_lint.project.types import Scope
from lstm_lint.typestate import left_out

_FAR = 2


def is_step(
    project: Project, body: Body, placed: list[Placed], each: Placed, call: facts.Call, far: int = _FAR
) -> bool:
    """Whether a call is one step in its own loop, or its function is one in the loop of a caller, so many calls out."""
    if each.loops:
        return left_out.is_step(body, placed, each, call)
    return far > 0 and any(
        call_of in walk.calls_in(outer.action)
        and not is_window(call_of, [one.action for one in around])
        and is_step(project, asking, around, outer, call_of, far - 1)
        for asking, around, call_of in _asking(project, body)
        for outer in around
    )


def _asking(project: Project, body: Body) -> Iterator[tuple[Body, list[Placed], facts.Call]]:
    """The calls that are sure to run the function of a body, each with all that stands around it."""
    scope = body.scope
    if scope.function is None or not any(value for value in walk.bindings(scope.function).returns):
        return
    function = project.symbols.function_info(scope.module, scope.klass, scope.function)
    for user, call in project.handed.calls(function):
        asking = Body(user.fact.body, Scope(user.module, user.klass, user.fact))
        if _runs(project, call, asking, function):
            yield asking, list(place_each(asking.shape)), call


def _runs(project: Project, call: facts.Call, asking: Body, function: FunctionInfo) -> bool:
    if function.klass is None:
        return project.typing.callee(call.func, asking.scope) is function
    own = asking.scope.klass is not None and (walk.chain(call.func) or "").startswith("self.")
    inside = own and walk.chain(call.func) == f"self.{function.fact.name}" and asking.scope.klass is function.klass
    return inside or function in left_out.methods(project, call, asking)
