"""Networks of one's own that are handed one initial state round after round, in a loop that is an episode by itself.

``state = net.initial()`` before the loop, ``scores, _ = net(seen, state)`` in it: the next state goes nowhere. That one
call is one step is told by its input, which is one step long, and by what was decided, which comes back to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lstm_lint import facts, walk
from lstm_lint.project import Project
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.placed import place_each
from lstm_lint.project.renewed import Renewed
from lstm_lint.project.unfed import is_state, unfed
from lstm_lint.typestate import cut_streams, left_out, one_by_one
from lstm_lint.typestate.live import is_live


def never_fed(project: Project, paths: frozenset[str]) -> Iterator[Renewed]:
    """Such calls in these files, and where the state was made."""
    for body in every_body(project.modules, project.functions):
        if body.scope.module.path in paths:
            yield from _calls(project, body)


def _calls(project: Project, body: Body) -> Iterator[Renewed]:
    placed = list(place_each(body.shape))
    actions = [each.action for each in placed]
    if any(walk.last_name(call.func) == "backward" for call in walk.calls(body.shape)):
        return  # it is trained so
    returned = partial(_returns_state, project, body)
    for loop in dict.fromkeys(each.loops for each in placed if each.loops):
        inside = [action.action for action in placed if action.loops[: len(loop)] == loop]
        for call, made in unfed(placed, loop, returned):
            single = one_by_one.single(call, inside) is not None and not one_by_one.is_gathered(call, actions)
            live = single and is_live(body.shape, body.scope.module, call.span)
            if live or cut_streams.is_cut(project, body, call.span):
                yield Renewed(body.scope.module, body.scope.function, call, made, True)


def _returns_state(project: Project, body: Body, call: facts.Call, at: int, count: int) -> bool:
    """Whether a recurrent network returns a state as this item of so many."""
    methods = list(left_out.methods(project, call, body))
    recurrent = [m for m in methods if m.klass is not None and project.recurrence.of(m.klass) == "yes"]
    returns = [value for method in recurrent for value in walk.bindings(method.fact).returns]
    return bool(returns) and len(recurrent) == len(methods) and all(
        isinstance(value, facts.Display) and len(value.items) == count and is_state(value.items[at])
        for value in returns
    )
