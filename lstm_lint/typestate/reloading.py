"""``model.load(path)`` whose result is lost: the call that its author meant, and the reset that it then needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.model import Applicability, Edit, Fix, Span
from lstm_lint.project.bodies import Body
from lstm_lint.project.receivers import Known
from lstm_lint.typestate.imports import imported
from lstm_lint.typestate.placement import insertion
from lstm_lint.typestate.recorder import Slotted
from lstm_lint.typestate.remedy import Remedy, field_remedy

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

_POSITIONS = ("path", "env", "device")
"""The first arguments of ``load``, in their order."""
_BOTH = frozenset({"path", "device"})
"""The arguments that ``set_parameters`` has as well."""
_STEPPING = frozenset({"learn", "collect_rollouts", "train"})


class _Given(NamedTuple):
    receiver: str
    path: str
    device: str
    more: bool
    """Whether the call has other arguments than these."""


def plan(trace: Trace, body: Body, call: facts.Call, known: Known) -> Fix | None:
    """The edit of a load whose result is dropped, with a title that says which of the two ways it is and why."""
    assert isinstance(call.func, facts.Attribute)
    receiver = walk.chain(call.func.value)
    at = trace.layout.at(body.scope.module.path, call.span)
    if at is None or any(trace.project.classes.kind(ref) == "policy" for ref in known.classes):
        title = "Load the whole model: `policy.load` makes a policy that belongs to no model"
        return Fix(title, Applicability.DISPLAY, ())
    given = _given(trace, body, call, receiver)
    if given is None or at[1].kind != "simple":
        return None
    hook = _hook(trace, body)
    if hook:
        where = f"in `_on_rollout_start`: in `{hook}` a swap comes too late or too early"
        return Fix(f"Call `{receiver}.set_parameters(…)` {where}", Applicability.DISPLAY, ())
    if not any(getattr(action, "value", None) is call for action in walk.actions(body.shape)):
        title = f"Call `{receiver}.set_parameters(…)` under an `if`, which changes this very object"
        return Fix(title, Applicability.DISPLAY, ())
    if given.more:
        return _assignment(trace, body, call, given)
    return _replacement(trace, body, call, known, given, at[0])


def _given(trace: Trace, body: Body, call: facts.Call, receiver: str | None) -> _Given | None:
    """The arguments as the source has them; None when some cannot be told."""
    if receiver is None or any(argument.star for argument in call.arguments):
        return None
    plain = [a.value for a in call.arguments if a.keyword is None]
    named = dict(zip(_POSITIONS, plain, strict=False))
    named |= {a.keyword: a.value for a in call.arguments if a.keyword is not None}
    path, device = named.get("path"), named.get("device")
    if path is None:
        return None
    if walk.is_none(named.get("env")):
        del named["env"]
    return _Given(
        receiver,
        _text(trace, body, path.span),
        _text(trace, body, device.span) if device is not None else "",
        len(plain) > len(_POSITIONS) or bool(named.keys() - _BOTH),
    )


def _text(trace: Trace, body: Body, span: Span) -> str:
    source = trace.layout.source(body.scope.module.path)
    return source.text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def _hook(trace: Trace, body: Body) -> str:
    """The hook of a callback that a load stands in, where new weights do no good."""
    klass, function = body.scope.klass, body.scope.function
    rows = trace.project.classes.rows(klass) if klass is not None else ()
    if function is None or not any(function.name in row.futile_resets_in for row in rows):
        return ""
    return function.name


def _assignment(trace: Trace, body: Body, call: facts.Call, given: _Given) -> Fix | None:
    """``model = model.load(path, env=env)``: only where the variable is the one place that the model is known by."""
    title = f"Keep the model: `{given.receiver} = {given.receiver}.load(…)`, since `set_parameters` takes no `env`"
    if not _may_be_bound(trace, body, call, given.receiver):
        return Fix(title, Applicability.DISPLAY, ())
    start = Span(call.span.line, call.span.column, call.span.line, call.span.column)
    edits = [Edit(start, f"{given.receiver} = ")]
    env = walk.argument_of(call, "env", _POSITIONS.index("env"))
    if walk.is_none(env):
        assert env is not None
        edits.append(Edit(env.span, f"{given.receiver}.get_env()"))
    elif env is None:
        source = trace.layout.source(body.scope.module.path)
        end = source.behind_last(call.arguments[-1].value.span, call.span)
        edits.append(Edit(end, f", env={given.receiver}.get_env()"))
    if _is_dropped_by_name(trace, body, call):
        return Fix(title, Applicability.DISPLAY, ())
    return Fix(title, Applicability.UNSAFE, tuple(edits))


def _is_dropped_by_name(trace: Trace, body: Body, call: facts.Call) -> bool:
    """``_ = model.load(path)``: something stands before the call already."""
    at = trace.layout.at(body.scope.module.path, call.span)
    return at is None or (at[1].span.line, at[1].span.column) != (call.span.line, call.span.column)


def _may_be_bound(trace: Trace, body: Body, call: facts.Call, receiver: str) -> bool:
    """Whether assigning to the receiver's name gives the new model to all who use it in view."""
    function, klass = body.scope.function, body.scope.klass
    first, _, rest = receiver.partition(".")
    if function is None:
        return not rest and not _is_loop_variable(body, first)
    if rest:
        callback = klass is not None and trace.project.classes.kind(klass) == "callback"
        return first == "self" and "." not in rest and not callback
    own = trace.project.typing.bindings(function).names
    return first in own and not _is_loop_variable(body, first) and first not in {p.name for p in function.parameters}


def _is_loop_variable(body: Body, name: str) -> bool:
    return any(
        isinstance(action, facts.Iterate)
        and any(isinstance(each, facts.Name) and each.id == name for each in walk.expressions(action.target))
        for action in walk.actions(body.shape)
    )


def _replacement(trace: Trace, body: Body, call: facts.Call, known: Known, given: _Given, statement: int) -> Fix | None:
    """``model.set_parameters(path)``, and the reset after it."""
    device = f", device={given.device}" if given.device else ""
    title = f"Call `{given.receiver}.set_parameters(…)`, which changes this very object"
    span = _without_name(trace, body, call, statement)
    if span is None:
        return Fix(title, Applicability.DISPLAY, ())
    edits = [Edit(span, f"{given.receiver}.set_parameters({given.path}{device})")]
    carries = any(trace.project.recurrence.of(ref) == "yes" for ref in known.classes)
    if not carries or not _may_carry(trace, body, call, given.receiver):
        return Fix(title, Applicability.UNSAFE, tuple(edits))
    slotted = Slotted((given.receiver,), "_last_lstm_states", known.strength, known.classes, "carrying")
    remedy = field_remedy(trace, slotted, given.receiver)
    reset = _reset(trace, body, remedy, statement) if remedy is not None else None
    if reset is None:
        return Fix(title, Applicability.DISPLAY, ())
    runtime = remedy is not None and remedy.imported is not None and remedy.imported[0] == "lstm_runtime"
    title += ", and reset the state that the old weights made"
    return Fix(title, Applicability.UNSAFE, (*edits, *reset), imports_runtime=runtime and len(reset) > 1)


def _without_name(trace: Trace, body: Body, call: facts.Call, statement: int) -> Span | None:
    """What ``set_parameters`` replaces: the call, or ``_ = model.load(path)`` as a whole, as it returns nothing.

    None where the call stands in an ``assert`` or a ``raise``, which take what it returns.
    """
    whole = trace.layout.module(body.scope.module.path).facts.statements[statement].span
    if any(isinstance(action, facts.Assign) and action.value is call for action in walk.actions(body.shape)):
        return whole
    before = Span(whole.line, whole.column, call.span.line, call.span.column)
    return None if _text(trace, body, before).strip("( \t\r\n") else call.span


def _reset(trace: Trace, body: Body, remedy: Remedy, statement: int) -> tuple[Edit, ...] | None:
    path = body.scope.module.path
    source = trace.layout.source(path)
    added: tuple[Edit, ...] = ()
    if remedy.imported is not None:
        found = imported(trace, body.scope, source, statement, remedy.imported)
        if found is None:
            return None
        added, remedy = found.edits, remedy.called(found.name)
    edit = insertion(source, trace.layout.module(path).facts.statements[statement], remedy)
    return None if edit is None else (*added, edit)


def _may_carry(trace: Trace, body: Body, call: facts.Call, receiver: str) -> bool:
    """Whether the model may be in the middle of an episode that goes on after the load."""
    klass = body.scope.klass
    if klass is not None and trace.project.classes.kind(klass) == "callback":
        return True
    if not trace.project.callers.names_anywhere("reset_num_timesteps"):
        return False
    if not _is_built_here(trace, body, receiver):
        return True
    at = trace.layout.at(body.scope.module.path, call.span)
    loop = _loop(trace, body.scope.module.path, at[0]) if at is not None else None
    return any(_comes_before(step, call.span, loop) for step in _steps(body, receiver))


def _is_built_here(trace: Trace, body: Body, receiver: str) -> bool:
    function = body.scope.function
    typing = trace.project.typing
    bound = (typing.bindings(function) if function is not None else typing.module_bindings(body.scope.module)).names
    return any(b.how == "value" and typing.builds(b.expr, body.scope) for b in bound.get(receiver, ()))


def _steps(body: Body, receiver: str) -> list[Span]:
    return [
        expr.span
        for action in walk.actions(body.shape)
        for expr in walk.expressions(action)
        if isinstance(expr, facts.Call)
        and isinstance(expr.func, facts.Attribute)
        and expr.func.attr in _STEPPING
        and walk.chain(expr.func.value) == receiver
    ]


def _loop(trace: Trace, path: str, statement: int) -> Span | None:
    """The outermost loop around a statement."""
    table = trace.layout.module(path).facts.statements
    found = None
    while statement >= 0:
        if table[statement].kind in ("for", "while"):
            found = table[statement].span
        statement = table[statement].parent
    return found


def _comes_before(step: Span, load: Span, loop: Span | None) -> bool:
    if (step.line, step.column) < (load.line, load.column):
        return True
    return loop is not None and loop.line <= step.line <= loop.end_line
