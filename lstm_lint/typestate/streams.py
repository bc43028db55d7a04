"""Loops that go on while something comes: commands of a gamepad, lines of a terminal, messages of a channel."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Loop
from lstm_lint.project import Project

_LISTENING = frozenset({"listen", "read_loop", "async_read_loop"})
"""Methods of libraries that give what comes, one after the other: of channels of redis, of input devices."""
_BOUNDS = frozenset({"<", "<=", ">", ">=", "!="})


def lasts(project: Project, loop: Loop) -> bool:
    """Whether a loop is a ``while``, or goes through what goes on coming."""
    if loop.test is not None:
        return True
    head = loop.head
    return isinstance(head, facts.Iterate) and (head.is_async or _is_stream(project, head.iterable, ()))


def _is_stream(project: Project, iterable: facts.Expr, within: tuple[str, ...]) -> bool:
    if walk.chain(iterable) == "sys.stdin":
        return True
    if not isinstance(iterable, facts.Call):
        return False
    name = walk.last_name(iterable.func)
    if name == "iter" and len(iterable.arguments) == 2:
        return True  # it is called again until it gives a certain value
    if name == "enumerate" and iterable.arguments:
        return _is_stream(project, iterable.arguments[0].value, within)
    called = [function.fact for function in project.functions if function.fact.name == name]
    if not called:
        return name in _LISTENING
    return name not in within and all(_gives_on(project, function, (*within, name)) for function in called)


def _gives_on(project: Project, function: facts.FunctionFact, within: tuple[str, ...]) -> bool:
    """Whether a generator gives one thing after the other in a loop that nothing counts."""
    if not function.is_generator:
        return False
    for action in walk.actions(function.body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Yield) and expr.value is not None and _is_stream(project, expr.value, within):
                return True  # yield from
    return any(_yields(loop) and _goes_on(project, loop, within) for loop in walk.loops(function.body))


def _yields(loop: Loop) -> bool:
    return any(
        isinstance(expr, facts.Yield) for action in walk.actions(loop.body) for expr in walk.expressions(action)
    )


def _goes_on(project: Project, loop: Loop, within: tuple[str, ...]) -> bool:
    if loop.test is not None:
        return not any(isinstance(e, facts.Operation) and e.op in _BOUNDS for e in walk.expressions(loop.test))
    head = loop.head
    return isinstance(head, facts.Iterate) and (head.is_async or _is_stream(project, head.iterable, within))
