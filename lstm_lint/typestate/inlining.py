"""Running a project function in its caller's context: its summary for just these arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import EMPTY, Sequence, Shape, Step, Try
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope, Type
from lstm_lint.typestate import (
    answers,
    conveyed,
    crossing,
    decorated,
    each_time,
    episodes,
    given_once,
    heirs,
    lifetime,
    phases,
    saved,
    unread,
    untold,
    written_back,
)
from lstm_lint.typestate.answers import answer_of
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.frame import RETURN, Frame
from lstm_lint.typestate.paths import Local, Path, Place, Root
from lstm_lint.typestate.targets import looks_like_state
from lstm_lint.typestate.values import NOTHING, Callable, Value, joined, packed, replace
from lstm_lint.walk import actions
from lstm_lint.walk import expressions as walk_expressions

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


UNREACHABLE = "<unreachable>"


def enter(run: Interpreter, bound: Callable, arguments: Arguments, span: Span, state: State, entering: bool) -> Value:
    """The value a call of ``bound`` returns; with ``entering``, a generator context manager runs to its yield."""
    once = given_once.place_of(run, bound, arguments, span)
    if once is None:
        return _enter(run, bound, arguments, span, state, entering)
    if once not in state.env:
        state.env[once] = _enter(run, bound, arguments, span, state, entering)
    return state.env[once]


def _enter(run: Interpreter, bound: Callable, arguments: Arguments, span: Span, state: State, entering: bool) -> Value:
    function = bound.function
    if isinstance(bound.after, Arguments):
        arguments = Arguments(bound.after.positional + arguments.positional, bound.after.keywords + arguments.keywords)
    wrapped = decorated.enter(run, bound, arguments, span, state, enter_each)
    if wrapped is not None:
        return wrapped
    episodes.handed(run, function.fact, arguments, span, state)
    depth = sum(frame.function is function.fact for frame in run.frames)
    if depth > 1 and not run.exceeded():
        # The paths that go deeper add nothing to those that end here; they count as never coming back.
        run.cut.add(id(function.fact))
        state.guards[UNREACHABLE] = True
        return NOTHING
    if depth and _of_a_part(run, bound, state):
        return _unread(run, function, span)
    if run.project.callers.converts(function, depth > 0) and _is_data(run, bound, arguments, state):
        run.escapes.skipped(run, function, state)
        return _passed_through(run, function, arguments, span)
    if run.exceeded(function.fact):
        if run.has_spent:
            run.recorder.left_out.setdefault(function.id, set()).add(run.entry.partition("|")[0])
        if run.hurried:
            run.recorder.unread.add(function.id)
        return unread.called(run, bound, arguments, span, state) or _unread(run, function, span)
    frame = frame_for(run, bound, span)
    if not run.project.callers.matters(function):
        episodes.skipped(function.fact, state)
        run.escapes.skipped(run, function, state)
        return _passed_through(run, function, arguments, span)
    run.activations.setdefault(id(function.fact), set()).add(frame.number)
    run.recorder.called.setdefault(function.id, set()).add(run.frame.qualname)
    run.recorder.within.setdefault(function.id, set()).add(run.entry)
    each_time.begin(run, frame, state)
    first = bind(run, frame, bound, arguments, state)
    frame.first = first
    untold.handed(run, frame, state)
    given = conveyed.convey(run, frame, span, state)
    body = function.fact.body
    if entering and _is_context_manager(function):
        body = _split(body)[0]
    if state.loads:
        state.forget_guards(answer_of(frame.number))
    with run.entered(frame):
        after, _ = run.run_body(body, state.copy())
    if not function.fact.is_generator:
        run.escapes.unwind(run, frame, lambda thrown: _left(run, frame, given, span, thrown))
    if after is None and (function.fact.is_generator or id(function.fact) in run.cut):
        return _unread(run, function, span)
    if after is None:
        state.guards[UNREACHABLE] = True
        return NOTHING
    value = _left(run, frame, given, span, after, entering and _is_context_manager(function))
    state.become(after)
    if function.fact.is_generator and not value.refs:
        value = replace(value, types=run.project.typing.returns(function))
    value = _typed(run, function, without_frame(value, frame.number), span)
    return answers.asked(value, answer_of(frame.number)) if after.loads else value


def _left(
    run: Interpreter, frame: Frame, given: conveyed.Known, span: Span, after: State, goes_on: bool = False
) -> Value:
    """What a function gives that is left, and what its caller finds: its variables are gone unless it ``goes_on``."""
    conveyed.bring_back(given, after)
    written_back.write_back(run, frame, span, after)
    value = after.env.take(Local(frame.number, RETURN)) or NOTHING
    kept = frame.number in run.escaped or lifetime.outlives(run, frame, value, after)
    if not kept and not goes_on:
        crossing.left(run, frame, value, after)
        lifetime.ended(run, frame, value, after)
    return value


def _is_data(run: Interpreter, bound: Callable, arguments: Arguments, state: State) -> bool:
    """Whether a function is handed nothing that is a state, may keep one, or may have come out of a network."""
    given = arguments.packed()
    if given.tags or given.callables or given.classes or any(map(looks_like_state, given.src)):
        return False
    if any(mark.owner.root.kind != "result" or run.types_of(mark.owner, state) for mark in given.calls):
        return False  # not a method of a tensor
    refs = given.refs | given.holds
    return not any(isinstance(t.ref, ClassInfo) for ref in refs for t in run.types_of(ref, state))


def _of_a_part(run: Interpreter, bound: Callable, state: State) -> bool:
    """Whether a method that runs already is called on a part of its object that keeps no state in view.

    ``load`` that loads each part is run on its own on the classes that keep a state; on others it would tell nothing.
    """
    if bound.receiver is None or not bound.receiver.refs:
        return False
    around = [frame.first.refs for frame in run.frames if frame.function is bound.function.fact and frame.first]
    return all(
        any(ref != outer and ref.starts_with(outer) for refs in around for outer in refs)
        and not any(place.owner.starts_with(ref) for place in phases.places_of(run, ref, state))
        for ref in bound.receiver.refs
    )


def _standing(run: Interpreter, bound: Callable) -> tuple[bool, str, Span, list[str]]:
    """First comes what a state depends on; functions of one name (lambdas, other definitions) come by their lines."""
    function = bound.function
    receivers = sorted(map(str, bound.receiver.refs)) if bound.receiver is not None else []
    return not run.project.callers.concerns(function), function.id, function.fact.span, receivers


def enter_each(
    run: Interpreter, bound: frozenset[Callable], arguments: Arguments, span: Span, state: State, entering: bool
) -> Value:
    """Each function a callee may be, from the same state; what they do is joined."""
    ordered = sorted(bound, key=lambda each: _standing(run, each))[:6] if len(bound) > 1 else list(bound)
    if len(ordered) == 1:
        return enter(run, ordered[0], arguments, span, state, entering)
    receivers = [c.receiver.refs for c in ordered if c.receiver is not None]
    results: list[Value] = []
    if len(receivers) == len(ordered) and len(frozenset().union(*receivers)) == sum(map(len, receivers)):
        return _one_after_the_other(run, ordered, arguments, span, state, entering)
    before = state.copy()
    merged: State | None = None
    one_answer = answers.of_whichever(run, span, before)
    for candidate in ordered:
        branch = before.copy()
        if candidate.receiver is not None and candidate.function.klass is not None:
            heirs.keep_apart(run, candidate.function, candidate.receiver.refs, branch)
        result = enter(run, candidate, arguments, span, branch, entering)
        results.append(answers.renamed(result, one_answer, branch))
        merged = branch if merged is None else run.join(merged, branch)
    if merged is not None:
        state.become(merged)
    return joined(results)


def _one_after_the_other(
    run: Interpreter, bound: list[Callable], arguments: Arguments, span: Span, state: State, entering: bool
) -> Value:
    """Different objects, each with a method of its own: called as a loop over them would.

    A method that plays without end is not run before the others, but instead of them.
    """
    results: list[Value] = []
    endless = 0
    one_answer = answers.of_whichever(run, span, state)
    for candidate in bound:
        before = state.copy()
        result = enter(run, candidate, arguments, span, state, entering)
        results.append(answers.renamed(result, one_answer, state))
        if UNREACHABLE in state.guards and UNREACHABLE not in before.guards:
            endless += 1
            state.become(before)
    if endless == len(bound):
        state.guards[UNREACHABLE] = True
    return joined(results)


def leave(run: Interpreter, item: facts.Expr, state: State) -> None:
    """The part of a generator context manager behind its yield."""
    if not isinstance(item, facts.Call):
        return

    callee = run.quiet().evaluate(item.func, state)
    for bound in callee.callables:
        if _is_context_manager(bound.function) and not run.exceeded():
            frame = frame_for(run, bound, item.span)
            frame.first = bound.receiver
            with run.entered(frame):
                exits = run_shape(_split(bound.function.fact.body)[1], state.copy(), run)
            if exits.normal is not None:
                state.become(exits.normal)


def frame_for(run: Interpreter, bound: Callable, span: Span) -> Frame:
    """The activation of a call; the same call met again in the same caller has the same one."""
    function = bound.function
    number = run.frame_number((run.frame.number, span, function.id, function.fact.span))
    outer = bound.frame if bound.frame >= 0 else None
    inside = bound.frame == decorated.AS_WRITTEN or span == decorated.NOWHERE
    return Frame(number, function.module, function.klass, function.fact, outer, call=None if inside else run.site(span))


def bind(run: Interpreter, frame: Frame, bound: Callable, arguments: Arguments, state: State) -> Value | None:
    """Bind parameters to arguments; the value of ``self`` or ``cls``."""
    function = bound.function
    parameters = list(function.fact.parameters)
    positional = list(arguments.positional)
    keywords = dict(arguments.keywords)
    first: Value | None = None
    if function.klass is not None and parameters and not _is_static(function):
        if bound.receiver is not None:
            positional.insert(0, bound.receiver)
        first = positional[0] if positional else None
        if first is not None and not first.types and first.refs:
            first = replace(first, types=frozenset({Type(function.klass)}))
            positional[0] = first
    spread = arguments.stars[0] if arguments.stars else None
    for index, parameter in enumerate(parameters):
        if parameter.kind in ("posonly", "positional") and positional:
            value = positional.pop(0)
        elif parameter.name in keywords:
            value = keywords.pop(parameter.name)
        elif parameter.kind == "star":
            value = packed(positional, None if arguments.stars else tuple(positional))
            positional = []
        elif parameter.kind == "doublestar":
            value = replace(packed(keywords.values()), keys=tuple(keywords.items()))
        elif isinstance(parameter.default, facts.Constant) and not arguments.stars:
            value = Value(const=parameter.default)
        else:
            value = NOTHING if spread is None else replace(spread, const=None, items=None, keys=None)
        state.env[Local(frame.number, parameter.name)] = _declared(run, function, parameter, index, value)
    return first


def _declared(run: Interpreter, function: FunctionInfo, parameter: facts.Parameter, index: int, value: Value) -> Value:
    """An argument nothing is known of takes the parameter's annotation."""
    if value.types or value.const is not None or parameter.annotation is None:
        return value
    types = run.project.typing.annotation(parameter.annotation, Scope(function.module, function.klass, function.fact))
    if not types:
        return value
    refs = value.refs
    if not refs:
        root = Root("result", parameter.name, run.site(function.fact.span))
        run.index.root_types[root] = types
        refs = frozenset({Path(root)})
    else:
        for ref in refs:
            if not ref.attrs:
                run.index.root_types.setdefault(ref.root, types)
    return replace(value, refs=refs, types=types)


def _is_static(function: FunctionInfo) -> bool:
    return any(getattr(d, "id", "") == "staticmethod" for d in function.fact.decorators)


def _is_context_manager(function: FunctionInfo) -> bool:
    names = {getattr(d, "attr", getattr(d, "id", "")) for d in function.fact.decorators}
    return bool(names & {"contextmanager", "asynccontextmanager"})


def _passed_through(run: Interpreter, function: FunctionInfo, arguments: Arguments, span: Span) -> Value:
    """A function that touches no state: what it returns may be computed from its arguments."""
    given = arguments.packed()
    src = frozenset(place for place in given.src if looks_like_state(place))
    value = Value(
        tags=given.tags,
        src=src,
        calls=given.calls,
        weights_of=given.weights_of,
        parameters_of=given.parameters_of,
        copied=given.copied,
    )
    value = saved.changed(value)
    types = run.project.typing.returns(function)
    if not types:
        return value
    root = Root("result", function.fact.name, run.site(span))
    run.index.root_types[root] = types
    return replace(value, refs=frozenset({Path(root)}), types=frozenset(t._replace(of_class=False) for t in types))


def _unread(run: Interpreter, function: FunctionInfo, span: Span) -> Value:
    return _typed(run, function, NOTHING, span)


def _typed(run: Interpreter, function: FunctionInfo, value: Value, span: Span) -> Value:
    """The value with the return type of the function, where nothing better is known."""
    if value.types or value.tags or value.calls or value.const is not None or value.callables or value.classes:
        return value
    types = run.project.typing.returns(function)
    if not types or value.items is not None:
        return value
    refs = value.refs
    if not refs:
        root = Root("result", function.fact.name, run.site(span))
        run.index.root_types[root] = types
        refs = frozenset({Path(root)})
    return replace(value, refs=refs, types=frozenset(t._replace(of_class=False) for t in types))


def without_frame(value: Value, number: int) -> Value:
    """The value with the locals of a finished activation left out of where it was read from."""

    def kept(places: frozenset[Place]) -> frozenset[Place]:
        return frozenset(p for p in places if not (isinstance(p, Local) and p.frame == number))

    def inner(value: Value) -> Value:
        if not (value.src or value.calls or value.items or value.keys or value.element):
            return value
        return replace(
            value,
            src=kept(value.src),
            calls=frozenset(m._replace(places=kept(m.places)) for m in value.calls),
            items=None if value.items is None else tuple(inner(i) for i in value.items),
            keys=None if value.keys is None else tuple((k, inner(v)) for k, v in value.keys),
            element=None if value.element is None else inner(value.element),
        )

    return inner(value)


def _has_yield(shape: Shape) -> bool:
    return any(isinstance(e, facts.Yield) for a in actions(shape) for e in walk_expressions(a))


def until_yield(shape: Shape) -> Shape:
    """What a generator runs up to its first yield."""
    return _split(shape)[0]


def _split(shape: Shape) -> tuple[Shape, Shape]:
    """What runs up to the first yield, and what runs after it."""
    if isinstance(shape, Sequence):
        for index, part in enumerate(shape.shapes):
            if _has_yield(part):
                before, after = _split(part)
                return Sequence((*shape.shapes[:index], before)), Sequence((after, *shape.shapes[index + 1 :]))
        return shape, EMPTY
    if isinstance(shape, Try) and _has_yield(shape.body):
        before, after = _split(shape.body)
        return before, Sequence((after, shape.orelse, shape.final))
    if isinstance(shape, Step):
        return shape, EMPTY
    return shape, EMPTY
