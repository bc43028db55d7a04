"""Weights and state that are taken over together, of one and the same object: the state is of the new weights' making.

``self.net.load_state_dict(other.net.state_dict())`` beside ``self.carry = other.carry.clone()``, in either order. Where
one path stands for all members of a collection, only the names that the source has for two of them tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Sequence, Shape, Step, Try
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.row_tests import spoken

if TYPE_CHECKING:
    from lstm_lint.typestate.frame import Frame
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def with_weights(run: Interpreter, span: Span, receiver: facts.Expr | None) -> frozenset[str]:
    """The attributes, and variables, with states that come from what gives the weights that arrive at a place."""
    name = walk.part_name(receiver) if receiver is not None else None
    if not isinstance(receiver, (facts.Attribute, facts.Subscript)) or name is None:
        return frozenset()
    frame = run.frame
    into, at = _object(receiver.value), span
    suite = _suite(frame.body, at)
    given = {from_ for part in suite if _holds(part, at) for from_ in _givers(frame.body, part, name, into)}
    if len(given) != 1:
        return frozenset()
    found = _taken(run, frame, suite, at, into, given)
    if frame.call is None or len(run.frames) < 2:
        return frozenset(found)
    outer, function = run.frames[-2], frame.function
    call = walk.call_at(outer.body, frame.call.span)
    if call is None or function is None:
        return frozenset(found)
    names = _arguments(call, function, frame.first is not None)
    caller = {names[each] for each in given if each in names}
    if into in names and len(caller) == 1:
        found |= _taken(run, outer, _suite(outer.body, call.span), call.span, names[into], caller)
    return frozenset(found)


def dicts(
    run: Interpreter, receiver: facts.Expr | None, taken: frozenset[str], state: State
) -> frozenset[Place]:
    """Where the dict is known that the receiver is an entry of, where a state in it is among what is ``taken``."""
    if not isinstance(receiver, facts.Subscript) or not taken:
        return frozenset()
    base = run.quiet().evaluate(receiver.value, state)
    with_state = any(name in taken and entry.tagged for name, entry in base.keys or ())
    return base.src if with_state else frozenset()


def _taken(
    run: Interpreter, frame: Frame, suite: Iterable[Shape], at: Span, into: str, given: set[str]
) -> set[str]:
    """What the other statements of a suite fill of an object from what gives the weights, and the names they use."""
    found: set[str] = set()
    for part in suite:
        if isinstance(part, Step) and not _holds(part, at):
            action = part.action
            for owner, attr, sources in (*_written(frame.body, action), *_written_by_call(run, frame, action)):
                if owner == into and sources == given:
                    found |= {attr, *(each.id for each in walk.expressions(action) if isinstance(each, facts.Name))}
    return found


def _suite(shape: Shape, at: Span) -> tuple[Shape, ...]:
    """The statements that all run when what stands at a place does: those of a ``with`` and those around it, say."""
    suite: tuple[Shape, ...] = (shape,)
    todo = [shape]
    while todo:
        here = todo.pop()
        inside = [part for part in walk.parts(here) if _holds(part, at)]
        if isinstance(here, Sequence):
            suite += here.shapes if inside else ()
        elif inside and not _is_with(here):
            suite = ()
        todo.extend(inside)
    return suite


def _is_with(shape: Shape) -> bool:
    return isinstance(shape, Try) and not any(isinstance(each.action, facts.Catch) for each in shape.handlers)


def _holds(shape: Shape, at: Span) -> bool:
    return at in walk.spans(shape)


def _object(expr: facts.Expr) -> str:
    """The object that an attribute is of, in the end: ``crew[0]`` of ``crew[0].brain.net``; like none if not plain."""
    while walk.part_name(expr) is not None and isinstance(expr, (facts.Attribute, facts.Subscript)):
        expr = expr.value
    return spoken(expr) or f"{getattr(expr, 'span', '')}"


def _givers(body: Shape, part: Shape, attr: str, into: str) -> Iterator[str]:
    """The other objects whose attribute of the same name a statement reads, or what gave the variables in it."""
    for action in walk.actions(part):
        for giver in _sources(body, action.value if isinstance(action, facts.Assign) else action, attr):
            if giver != into:
                yield giver


def _sources(body: Shape, node: object, attr: str) -> set[str]:
    """The objects whose attribute of this name is read; by a variable that was unpacked, the call that gave it."""
    found: set[str] = set()
    for expr in walk.expressions(node):
        if walk.part_name(expr) == attr:
            found.add(_object(expr))
        elif isinstance(expr, facts.Name):
            bound = walk.bound_in(body).names.get(expr.id, ())
            if len(bound) == 1 and bound[0].how == "item" and isinstance(bound[0].expr, facts.Call):
                found.add(f"{bound[0].expr.span}")
            elif len(bound) == 1 and bound[0].how == "value":
                found |= {
                    _object(each)
                    for each in walk.expressions(bound[0].expr)
                    if walk.part_name(each) == attr
                }
    return found


def _written(body: Shape, action: object) -> Iterator[tuple[str, str, set[str]]]:
    """The attributes that an assignment fills: of what object, and from which others' attributes of that name."""
    if not isinstance(action, facts.Assign):
        return
    for target in action.targets:
        pairs = [(target, action.value)]
        if isinstance(target, facts.Display):
            values = action.value.items if isinstance(action.value, facts.Display) else ()
            pairs = list(zip(target.items, values, strict=False))
        for each, value in pairs:
            if (name := walk.part_name(each)) is not None:
                yield _object(each), name, _sources(body, value, name)


def _written_by_call(run: Interpreter, frame: Frame, action: object) -> Iterator[tuple[str, str, set[str]]]:
    """What a method does so at its top level, by the names that its caller has for the objects."""
    call = action.value if isinstance(action, facts.Evaluate) else None
    if not isinstance(call, facts.Call) or not isinstance(call.func, facts.Attribute):
        return
    for t in run.project.typing.of(call.func.value, frame.scope):
        method = run.project.classes.method(t.ref, call.func.attr)
        if isinstance(method, FunctionInfo):
            names, body = _arguments(call, method.fact, True), method.fact.body
            for part in body.shapes if isinstance(body, Sequence) else (body,):
                for owner, attr, sources in _written(body, getattr(part, "action", None)):
                    yield names.get(owner, ""), attr, {names.get(each, each) for each in sources}


def _arguments(call: facts.Call, function: facts.FunctionFact, bound: bool) -> dict[str, str]:
    """By parameter: what it is handed, as the caller writes it."""
    found: dict[str, str] = {}
    names = [parameter.name for parameter in function.parameters]
    if bound and names and isinstance(call.func, facts.Attribute):
        found[names.pop(0)] = spoken(call.func.value) or ""
    for position, name in enumerate(names):
        given = walk.argument_of(call, name, position)
        text = spoken(given) if given is not None else None
        if text is not None:
            found[name] = text
    return found
