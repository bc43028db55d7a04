"""Whether what runs is asked for by one of many that are served at the same time: one that connected, or one message.

The key of who asks comes with a message, or belongs to a coroutine or thread that goes on for one of them. What goes
through all keys, or plays one to its end before the next, asks for nothing beside others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Loop, Shape
from lstm_lint.model import Span
from lstm_lint.typestate import under_way
from lstm_lint.typestate.frame import Frame
from lstm_lint.typestate.telling import STEPS

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter


def is_asked(run: Interpreter, key: facts.Expr, span: Span) -> bool:
    """Whether what stands at a place of the innermost function is done for the key of one that asks for it."""
    told = False
    asked: facts.Expr | None = key
    for depth in range(len(run.frames) - 1, -1, -1):
        frame = run.frames[depth]
        root = walk.root(asked) if asked is not None else None
        if asked is None or not isinstance(root, facts.Name):
            return False
        around = [loop for loop in walk.loops(frame.body) if span in walk.spans(loop.body)]
        binding = next((loop for loop in reversed(around) if _binds(loop, root.id)), None)
        if any(_plays_on(run, loop) for loop in around):
            return False
        if binding is not None:
            each = isinstance(asked, facts.Name) and root.id in _targets(binding)
            return not each and _is_chosen(binding.body, span)
        told = told or any(_is_chosen(loop.body, span) for loop in around)
        if not _is_handed(frame, asked) or _goes_on_beside(run, frame):
            return told and _goes_on_beside(run, frame)
        asked, span = under_way.handed(run, depth, root.id), _called_at(frame)
    return False


def _goes_on_beside(run: Interpreter, frame: Frame) -> bool:
    """Whether a function is begun for one of many: a thread's, or a coroutine that a server calls."""
    if frame.call is not None:
        return frame.call in run.recorder.begins
    return frame.function is not None and frame.function.is_async


def _is_handed(frame: Frame, asked: facts.Expr) -> bool:
    parameters = frame.function.parameters if frame.function is not None else ()
    return isinstance(asked, facts.Name) and any(each.name == asked.id for each in parameters)


def _called_at(frame: Frame) -> Span:
    return frame.call.span if frame.call is not None else Span(0, 0, 0, 0)


def _binds(loop: Loop, name: str) -> bool:
    """Whether each round of a loop binds a variable."""
    return name in _targets(loop) or any(
        isinstance(target, facts.Name) and target.id == name
        for action in walk.actions(loop.body)
        if isinstance(action, facts.Assign)
        for target in walk.flat(action.targets)
    )


def _targets(loop: Loop) -> frozenset[str]:
    """The variables that stand for an element."""
    targets = walk.flat((loop.head.target,)) if isinstance(loop.head, facts.Iterate) else ()
    return frozenset(target.id for target in targets if isinstance(target, facts.Name))


def _is_chosen(shape: Shape, span: Span) -> bool:
    """Whether it depends on a test whether a round of a loop comes to a place."""
    return any(span in walk.spans(arm) for branch in walk.branches(shape) for arm in (branch.then, branch.orelse))


def _plays_on(run: Interpreter, loop: Loop) -> bool:
    """Whether a round of a loop plays for long, by a loop of its own or of a function that it calls."""
    if any(True for _ in walk.loops(loop.body)):
        return True
    called = {walk.last_name(call.func) for call in walk.calls(loop.body)}
    return any(map(_steps, _functions(run, called)))


def _functions(run: Interpreter, names: set[str]) -> Iterator[facts.FunctionFact]:
    return (function.fact for function in run.project.functions if function.fact.name in names)


def _steps(function: facts.FunctionFact) -> bool:
    return any(
        walk.last_name(call.func) in STEPS for loop in walk.loops(function.body) for call in walk.calls(loop.body)
    )
