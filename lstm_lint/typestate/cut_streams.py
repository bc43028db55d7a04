"""Loops over a signal that is cut into pieces of one length as it comes: each piece goes on where the last one ended.

``for piece in pieces(sys.stdin.buffer)``, where ``pieces`` yields ``stream.read(SIZE)``. Lines may have nothing to do
with each other, and messages that say how long they are.
"""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo, Project
from lstm_lint.project.bodies import Body
from lstm_lint.project.handed import argument

_LIVE = frozenset({"Serial", "InputStream", "RawInputStream"})
"""What opens a port or a microphone."""
_ROUND = frozenset({"enumerate", "iter", "tqdm"})


def is_cut(project: Project, body: Body, span: Span) -> bool:
    """Whether a call stands in a loop over such pieces."""
    inner = [loop for loop in walk.loops(body.shape) if walk.call_at(loop.body, span) is not None]
    return any(_has_pieces(project, body, loop) for loop in inner)


def _has_pieces(project: Project, body: Body, loop: Loop) -> bool:
    if not isinstance(loop.head, facts.Iterate):
        return any(_is_read(body.shape, loop, call, ()) for call in walk.calls(loop.body))
    iterable = loop.head.iterable
    while isinstance(iterable, facts.Call) and walk.last_name(iterable.func) in _ROUND and iterable.arguments:
        iterable = iterable.arguments[0].value
    if isinstance(iterable, facts.Lambda):
        return any(_is_read(body.shape, loop, call, ()) for call in walk.calls_in(iterable))
    if not isinstance(iterable, facts.Call):
        return False
    made = project.typing.callee(iterable.func, body.scope)
    return isinstance(made, FunctionInfo) and made.fact.is_generator and _yields(made, body.shape, iterable)


def _yields(made: FunctionInfo, shape: Shape, call: facts.Call) -> bool:
    """Whether a generator reads pieces of one length, of what it is handed or of what it opens."""
    live = []
    for parameter in made.fact.parameters:
        given = argument(call, made, parameter.name)
        if given is not None and _is_live(given, shape):
            live.append(parameter.name)
    loops = walk.loops(made.fact.body)
    return any(_is_read(made.fact.body, loop, each, live) for loop in loops for each in walk.calls(loop.body))


def _is_read(shape: Shape, loop: Loop, call: facts.Call, live: list[str] | tuple[()]) -> bool:
    """Whether a call takes so many bytes of what goes on coming, as many in each round of a loop."""
    func = call.func
    if not isinstance(func, facts.Attribute) or func.attr != "read" or not call.arguments:
        return False
    if walk.chain(func.value) not in live and not _is_live(func.value, shape):
        return False
    return _bound(loop.body).isdisjoint(walk.chains(call.arguments[0].value))


def _is_live(expr: facts.Expr, shape: Shape) -> bool:
    """Whether an expression is standard input, what a process puts out, a port or a microphone."""
    chain = walk.chain(expr) or ""
    if chain.startswith("sys.stdin") or chain.endswith(".stdout"):
        return True
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in _LIVE
    bound = walk.bound_in(shape).names.get(expr.id, ()) if isinstance(expr, facts.Name) else ()
    return bool(bound) and all(not isinstance(each.expr, facts.Name) and _is_live(each.expr, shape) for each in bound)


def _bound(body: Shape) -> set[str]:
    """The variables that a round binds."""
    return {name for action in walk.actions(body) for name in _targets(action)}


def _targets(action: object) -> Iterator[str]:
    targets = action.targets if isinstance(action, facts.Assign) else ()
    for target in walk.flat(targets):
        yield walk.chain(target) or ""
