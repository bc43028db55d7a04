"""Parameters that may be given something else each time a call is met: what was so of the last one says nothing of it.

An event handler that a loop calls, ``self.handle(event["kind"], event)``: the state of a message is there when the next
event is a release. A setting is the same one in each round, ``agent.act(obs, args.recurrent)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import storing

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_SAME = frozenset({"bool", "float", "getattr", "int", "len", "str"})
"""What these give changes no more than what they are given."""
_FAR = 4


def begin(run: Interpreter, frame: Frame, state: State) -> None:
    """Forget the conditions that the parameters of a new activation were under in the last one."""
    conditional = state.loads or state.parted
    if frame.function is None or not conditional or not state.bearing(f"⟨{frame.number}:"):
        return
    frames = [*run.frames, frame]
    for parameter in frame.function.parameters:
        if _parameter_changes(frames, parameter.name, _FAR):
            state.forget_guards(f"⟨{frame.number}:{parameter.name}⟩")
            state.forget_guards(f"⟨{frame.number}:{parameter.name}.")


def _parameter_changes(frames: list[Frame], name: str, far: int) -> bool:
    """Whether a parameter of the innermost of these activations may be another one each time."""
    frame, outer = frames[-1], frames[:-1]
    function, called = frame.function, frame.call
    if function is None or called is None or not outer or far <= 0:
        return False
    names = [each.name for each in function.parameters]
    static = any(walk.last_name(each) == "staticmethod" for each in function.decorators)
    method = frame.klass is not None and not static
    if method and name == names[0]:
        return False
    call = walk.call_at(outer[-1].body, called.span)
    if call is None or any(argument.star for argument in call.arguments):
        return True
    given = walk.argument_of(call, name, names.index(name) - method)
    return given is not None and _changes(outer, given, far - 1)


def _changes(frames: list[Frame], expr: facts.Expr, far: int) -> bool:
    """Whether an expression may have another value each time it is met in the innermost of these activations."""
    for part in walk.expressions(expr):
        if isinstance(part, facts.Call) and not (isinstance(part.func, facts.Name) and part.func.id in _SAME):
            return True
        if isinstance(part, facts.Name) and _variable_changes(frames, part.id, far):
            return True
    return False


def _variable_changes(frames: list[Frame], name: str, far: int) -> bool:
    frame = frames[-1]
    values = list(_values(frame, name))
    if None in values or len(values) > 1:
        return True
    if any(value is not None and far > 0 and _changes(frames, value, far - 1) for value in values):
        return True
    parameters = frame.function.parameters if frame.function is not None else ()
    return any(each.name == name for each in parameters) and _parameter_changes(frames, name, far)


def _values(frame: Frame, name: str) -> Iterator[facts.Expr | None]:
    """What a variable is given in the code of an activation; None where a loop, or a part of something, gives it."""
    looped = {id(action) for loop in walk.loops(frame.body) for action in walk.actions(loop)}
    for action in walk.actions(frame.body):
        if isinstance(action, facts.Assign):
            for target in action.targets:
                if isinstance(target, facts.Name) and target.id == name:
                    yield None if id(action) in looped else action.value
                elif _binds(target, name):
                    yield None
        elif isinstance(action, (facts.Augment, facts.Iterate)) and _binds(action.target, name):
            yield None


def _binds(target: facts.Expr, name: str) -> bool:
    return any(each.id == name for each in storing.bound(target))
