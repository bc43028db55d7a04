"""How a loop is written that carries the state, as the example of Stable-Baselines3 does: fixes of wrong steps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.facts import Statement
from lstm_lint.flow import Shape
from lstm_lint.model import Applicability, Edit, Fix, Span
from lstm_lint.typestate.ends import is_read, stores
from lstm_lint.typestate.live import is_live
from lstm_lint.typestate.memories import flat, may_be_skipped, one_policy, within
from lstm_lint.typestate.telling import STEPS

if TYPE_CHECKING:
    from lstm_lint.typestate.paths import Site
    from lstm_lint.typestate.stepping import Step
    from lstm_lint.typestate.trace import Trace

_STATES, _STARTS = "lstm_states", "episode_starts"


def plan(trace: Trace, step: Step) -> Fix | None:
    """The fix of a wrong step, None where nothing is provably right."""
    if step.called or step.record.spec is None or not trace.layout.module(step.site.path).data:
        return None
    if step.outcome == "crossed":
        return _cleared(trace, step)
    loop = _loop(trace, step)
    if loop is None:
        return None
    edits = _carried(loop) if step.outcome == "dropped" else _unstuck(loop)
    title = "Carry the state from step to step" if step.outcome == "dropped" else "Say where episodes begin"
    if step.outcome == "dropped" and not one_policy(trace, step, _outermost(trace, step.site, loop.index), loop.body):
        return Fix(title, Applicability.DISPLAY, ())
    return None if edits is None else Fix(title, Applicability.UNSAFE, tuple(edits))


@dataclass(frozen=True, slots=True)
class _Loop:
    """A call in the innermost loop that steps an environment once, further down."""

    trace: Trace
    step: Step
    body: Shape
    index: int
    assign: facts.Assign
    stepping: Statement | None
    ended: str
    """What is true where an episode has ended, as code; empty where nothing steps an environment, and one goes on."""

    @property
    def call(self) -> facts.Call:
        """The call that steps the policy."""
        return self.step.record.call

    @property
    def statement(self) -> Statement:
        """The loop."""
        return self.trace.layout.module(self.step.site.path).facts.statements[self.index]

    def unused(self, name: str) -> str:
        """The name, or one like it that the module does not have yet."""
        taken = self.trace.layout.module(self.step.site.path).facts.mentions
        number = 2
        found = name
        while found in taken:
            found, number = f"{name}_{number}", number + 1
        return found

    def given(self, name: str, position: int) -> facts.Expr | None:
        """An argument of the call."""
        return walk.argument_of(self.call, name, position)

    def binds(self, name: str) -> bool:
        """Whether a variable is assigned inside the loop."""
        return any(within(self.statement.span, target.span) for target in stores(self.body, name))

    def is_used_otherwise(self, name: str) -> bool:
        """Whether what a variable holds from the loop on is anything else than an argument of such calls."""
        outer = _outermost(self.trace, self.step.site, self.index) or self.statement
        reads = _reads(self.body, name, walk.last_name(self.call.func))
        return any(_position(each) >= _position(outer) for each in reads) or _is_known_inside(self.body, name)

    def results(self, name: str) -> int:
        """How many assignments of the loop bind a variable to what comes out of something: not to None."""
        return sum(
            within(self.statement.span, each.value.span) and not isinstance(each.value, facts.Constant)
            for each in _assigns(self.body)
            for bound in each.targets
            if any(isinstance(part, facts.Name) and part.id == name for part in flat(bound))
        )

    def before(self, *lines: str) -> Edit | None:
        """Lines before the loop, or before the outer ones that begin no episode."""
        outer = _outermost(self.trace, self.step.site, self.index)
        return None if outer is None else _before(self.trace, self.step.site, outer, lines)

    def after(self, line: str) -> Edit | None:
        """A line after the environment was stepped."""
        return None if self.stepping is None else after(self.trace, self.step.site, self.stepping, line)


def _carried(loop: _Loop) -> list[Edit] | None:
    """The state in a variable that is made before the loop, passed in and bound to what comes out."""
    spec = loop.step.record.spec
    assert spec is not None
    state, mask = loop.given(spec.argument, spec.position), loop.given(spec.mask, spec.mask_position)
    if isinstance(state, facts.Name):
        # It is passed, and what comes out goes elsewhere.
        if loop.binds(state.id):
            return None
        return _bound(loop, state.id)
    if state is not None and not isinstance(state, facts.Constant):
        return None
    name = _kept(loop) or loop.unused(_STATES)
    if loop.results(name) > 1:
        return None  # it holds what another call gives, too
    edits = _bound(loop, name)
    if edits is None:
        return None
    made, passed = [f"{name} = None"], []
    if isinstance(state, facts.Constant):
        edits.append(Edit(state.span, name))
    else:
        passed.append(f"{spec.argument}={name}")
    if (mask is None or walk.is_none(mask)) and loop.stepping is not None:
        starts = loop.unused(_STARTS)
        made.append(f"{starts} = None")
        if mask is None:
            passed.append(f"{spec.mask}={starts}")
        else:
            edits.append(Edit(mask.span, starts))
        told = loop.after(f"{starts} = {loop.ended}")
        if told is None:
            return None
        edits.append(told)
    before = loop.before(*made)
    if before is None or not loop.call.arguments or any(argument.star for argument in loop.call.arguments):
        return None
    if passed:
        plain = [argument for argument in loop.call.arguments if argument.keyword is None] or loop.call.arguments
        at = plain[-1].value.span
        end = Span(at.end_line, at.end_column, at.end_line, at.end_column)
        edits.append(Edit(end, "".join(f", {each}" for each in passed)))
    return [*edits, before]


def _kept(loop: _Loop) -> str:
    """The name that the new state is bound to, where that is one to keep: it is read somewhere, or says what it is."""
    (target,) = loop.assign.targets
    if not isinstance(target, facts.Display) or not isinstance(target.items[1], facts.Name):
        return ""
    name = target.items[1].id
    if name.strip("_") and (not name.startswith("_") or is_read(loop.body, name)):
        return name
    return ""


def _bound(loop: _Loop, name: str) -> list[Edit] | None:
    """The edits after which the new state is bound to a name."""
    (target,) = loop.assign.targets
    if isinstance(target, facts.Display):
        held = target.items[1]
        if not isinstance(held, facts.Name) or (held.id != name and is_read(loop.body, held.id)):
            return None
        return [] if held.id == name else [Edit(held.span, name)]
    value = loop.assign.value
    assert isinstance(value, facts.Subscript)
    end = target.span
    call, whole = loop.call.span, value.span
    return [
        Edit(Span(end.end_line, end.end_column, end.end_line, end.end_column), f", {name}"),
        Edit(Span(call.end_line, call.end_column, whole.end_line, whole.end_column), ""),
    ]


def _unstuck(loop: _Loop) -> list[Edit] | None:
    """The mask told anew after each step."""
    spec = loop.step.record.spec
    assert spec is not None
    mask = loop.given(spec.mask, spec.mask_position)
    if isinstance(mask, facts.Name) and not loop.is_used_otherwise(mask.id):
        told = loop.after(f"{mask.id} = {loop.ended}")
        return None if told is None or loop.binds(mask.id) else [told]
    if not isinstance(mask, (facts.Name, facts.Constant, facts.Call, facts.Display)):
        return None
    if isinstance(mask, facts.Name) and loop.binds(mask.id):
        return None
    starts = loop.unused(_STARTS)
    told, before = loop.after(f"{starts} = {loop.ended}"), loop.before(f"{starts} = None")
    return None if told is None or before is None else [before, Edit(mask.span, starts), told]


def _cleared(trace: Trace, step: Step) -> Fix | None:
    """The variable set to None where the environment is reset."""
    spec, other = step.record.spec, step.other
    assert spec is not None and other is not None
    state = walk.argument_of(step.record.call, spec.argument, spec.position)
    if not isinstance(state, facts.Name) or other.function != step.site.function or state.id in step.record.parameters:
        return None
    found = trace.layout.statement(other)
    if "reset" not in _text(trace, other, other.span):
        return None  # the environment resets itself
    title = f"Set `{state.id}` to None with the reset"
    body = _body(trace, other)
    if body is None or may_be_skipped(body, other.span):
        return Fix(title, Applicability.DISPLAY, ())
    if _is_met_before_next(trace, step, body, state.id, other.span):
        return Fix(f"{title}, and mind who reads it before the next step", Applicability.DISPLAY, ())
    edit = after(trace, other, found[1], f"{state.id} = None") if found is not None else None
    return None if edit is None else Fix(title, Applicability.UNSAFE, (edit,))


def _is_met_before_next(trace: Trace, step: Step, body: Shape, name: str, reset: Span) -> bool:
    """Whether anything but such a call may read a variable between the reset of the environment and the next step.

    Reads between the step and the reset have what the step gave; before the loops around both there was no step yet.
    """
    call = step.record.call
    index = _around(trace, step.site)
    outer = _outermost(trace, step.site, index) if index is not None else None
    begin, stepped = (0, 0) if outer is None else _position(outer), _position(call)
    ended = (reset.line, reset.column)
    reads = [_position(read) for read in _reads(body, name, walk.last_name(call.func))]
    if ended < stepped:
        met = any(ended <= read < stepped for read in reads)
    else:
        met = any(begin <= read and not stepped <= read < ended for read in reads)
    return met or _is_known_inside(body, name)


def _reads(body: Shape, name: str, method: str) -> Iterator[facts.Expr]:
    """Where a variable is read: to bind it, to ask whether it is None and to hand it to such a call is no reading."""
    free = {id(expr) for expr in stores(body, name)}
    for action in walk.actions(body):
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Call) and walk.last_name(expr.func) == method:
                free.update(id(argument.value) for argument in expr.arguments)
            elif isinstance(expr, facts.Operation) and expr.op in ("is", "is not"):
                free.update(map(id, expr.operands))
            elif isinstance(expr, facts.Name) and expr.id == name and id(expr) not in free:
                yield expr


def _is_known_inside(body: Shape, name: str) -> bool:
    """Whether a function that is defined in a body speaks of a variable of that name."""
    return any(isinstance(each, facts.Define) and name in each.function.mentions for each in walk.actions(body))


def _position(part: facts.Expr | Statement) -> tuple[int, int]:
    return part.span.line, part.span.column


def _loop(trace: Trace, step: Step) -> _Loop | None:
    """The loop around a call, where it has one assignment of each kind that the fix has to know."""
    body = _body(trace, step.site)
    index = _around(trace, step.site)
    if body is None or index is None:
        return None
    assign = next((each for each in _assigns(body) if _called_by(each) is step.record.call), None)
    if assign is None or not _is_plain(assign):
        return None
    ends = [(statement, ended) for each in _assigns(body) if (ended := _ended(each)) is not None
            and (statement := _steps_in(trace, step.site, each, index)) is not None]  # fmt: skip
    if not ends and step.outcome == "dropped" and _is_one_episode(trace, step, body, index):
        return _Loop(trace, step, body, index, assign, None, "")
    if len(ends) != 1:
        return None
    return _Loop(trace, step, body, index, assign, *ends[0])


def _is_one_episode(trace: Trace, step: Step, body: Shape, index: int) -> bool:
    """Whether the loop is an episode by itself, and in no other loop, which may begin another one each time."""
    table = trace.layout.module(step.site.path).facts.statements
    at = table[index].parent
    while at >= 0 and table[at].kind not in ("def", "class"):
        if table[at].kind in ("for", "while"):
            return False
        at = table[at].parent
    return is_live(body, trace.layout.module(step.site.path), step.record.call.span)


def _called_by(assign: facts.Assign) -> facts.Expr:
    value = assign.value
    if isinstance(value, facts.Subscript) and isinstance(value.index, facts.Constant) and value.index.value == 0:
        return value.value
    return value


def _is_plain(assign: facts.Assign) -> bool:
    """``action, _ = predict(…)``, or ``action = predict(…)[0]``."""
    if len(assign.targets) != 1:
        return False
    target = assign.targets[0]
    if isinstance(target, facts.Display):
        return len(target.items) == 2 and isinstance(assign.value, facts.Call)
    return isinstance(target, facts.Name) and isinstance(assign.value, facts.Subscript)


def _ended(assign: facts.Assign) -> str | None:
    """What the step of an environment binds to the end of an episode."""
    value, target = assign.value, assign.targets[0]
    if not isinstance(value, facts.Call) or not isinstance(target, facts.Display):
        return None
    if getattr(value.func, "attr", "") not in STEPS:
        return None
    flags = target.items[2:3] if len(target.items) == 4 else target.items[2:4] if len(target.items) == 5 else ()
    names = [flag.id for flag in flags if isinstance(flag, facts.Name) and flag.id.strip("_")]
    return " or ".join(names) if names and len(names) == len(flags) else None


def _steps_in(trace: Trace, site: Site, assign: facts.Assign, loop: int) -> Statement | None:
    """The statement of an assignment further down in the same loop, in no loop or function inside it."""
    found = trace.layout.at(site.path, assign.value.span)
    own = trace.layout.statement(site)
    if found is None or own is None or found[0] <= own[0]:
        return None
    table = trace.layout.module(site.path).facts.statements
    parent = found[1].parent
    return found[1] if parent == loop == table[own[0]].parent else None


def _body(trace: Trace, site: Site) -> Shape | None:
    if site.function.endswith(":<module>"):
        return trace.layout.module(site.path).facts.body
    return next((each.fact.body for each in trace.project.functions if each.id == site.function), None)


def _around(trace: Trace, site: Site) -> int | None:
    """The innermost loop that a site stands in."""
    table = trace.layout.module(site.path).facts.statements
    found = trace.layout.statement(site)
    index = found[1].parent if found is not None else -1
    while index >= 0 and table[index].kind not in ("for", "while"):
        if table[index].kind in ("def", "class"):
            return None
        index = table[index].parent
    return index if index >= 0 else None


def _outermost(trace: Trace, site: Site, index: int) -> Statement | None:
    """The loop before which the state is to be made: the outermost that no other one begins an episode around."""
    table = trace.layout.module(site.path).facts.statements
    while True:
        parent = table[index].parent
        if parent < 0 or table[parent].kind in ("def", "class"):
            return table[index]
        if table[parent].kind in ("for", "while"):
            above = [s for i, s in trace.layout.children(site.path, parent) if i < index and s.kind == "simple"]
            if any("reset(" in _text(trace, site, statement.span) for statement in above):
                return table[index]
            index = parent
        else:
            return table[index]


def _text(trace: Trace, site: Site, span: Span) -> str:
    source = trace.layout.source(site.path)
    return source.text[source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)]


def _before(trace: Trace, site: Site, statement: Statement, lines: tuple[str, ...]) -> Edit | None:
    source = trace.layout.source(site.path)
    span = statement.span
    if source.line(span.line)[: span.column - 1].strip():
        return None
    indent, newline = source.indent(span.line), source.ending(max(span.line - 1, 1))
    text = "".join(f"{indent}{line}{newline}" for line in lines)
    return Edit(Span(span.line, 1, span.line, 1), text)


def after(trace: Trace, site: Site, statement: Statement, line: str) -> Edit | None:
    """A line of its own after a simple statement."""
    source = trace.layout.source(site.path)
    span = statement.span
    before = source.line(span.line)[: span.column - 1]
    if statement.kind != "simple" or statement.one_line or statement.shared_line or before.strip():
        return None
    end = len(source.line(span.end_line)) + 1
    text = f"{source.ending(span.end_line)}{source.indent(span.line)}{line}"
    return Edit(Span(span.end_line, end, span.end_line, end), text)


def _assigns(body: Shape) -> Iterator[facts.Assign]:
    return (action for action in walk.actions(body) if isinstance(action, facts.Assign))
