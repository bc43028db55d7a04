"""The findings of RSH004, one function for each way in which a reset has no effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Applicability, Finding, Fix, Level, Span
from lstm_lint.project.guards import DeadGuard, dead_guards
from lstm_lint.project.receivers import bodies
from lstm_lint.project.types import Scope
from lstm_lint.project.widths import narrow_states
from lstm_lint.rules.rule import Rule, because, reported
from lstm_lint.rules.wording import receiver
from lstm_lint.typestate import placement
from lstm_lint.typestate.instead import is_plain_assignment, reset_instead
from lstm_lint.typestate.remedy import scope_of

if TYPE_CHECKING:
    from lstm_lint.typestate.recorder import Vain
    from lstm_lint.typestate.trace import Trace, Verdict

_READ = (facts.Name, facts.Attribute, facts.Constant)
_RESET = "reset_lstm_states_to_initial"
_LOCALS = frozenset({"lstm_states", "episode_starts"})
_MOVE = Fix("Move the reset to `_on_rollout_start`, or do it between two calls of `learn`", Applicability.DISPLAY, ())

_MOVE_BOTH = Fix("Move the weights and the reset to `_on_rollout_start`", Applicability.DISPLAY, ())


def vain_resets(rule: Rule, trace: Trace) -> Iterator[Finding]:
    """All of them."""
    for way in (_met, _too_late, _of_locals, _narrow, _guarded):
        yield from way(rule, trace)


def _met(rule: Rule, trace: Trace) -> Iterator[Finding]:
    hooks: dict[str, list[Vain]] = defaultdict(list)
    for vain in sorted(trace.recorder.vain):
        if vain.site.path not in trace.report_on:
            continue
        if vain.how == "step":
            hooks[vain.site.function].append(vain)
        else:
            yield _none(rule, trace, vain)
    for each in hooks.values():
        first, *others = each
        notes = tuple(because(vain.site, "nor has this one") for vain in others[:3] if vain.site != first.site)
        back = [vain.back for vain in each if vain.back is not None]
        notes += tuple(because(site, "here it gets weights back that it had before") for site in sorted(set(back)))
        raises = first.what == _RESET
        effect = "raises an error" if raises else "has no effect"
        message = f"a reset in `_on_step` {effect}: the rollout keeps the state in a local variable until it ends"
        move = _MOVE_BOTH if back else _MOVE
        yield rule.finding_at(trace, first.site.path, first.site.span, Level.WARNING, message, notes, move)


def _none(rule: Rule, trace: Trace, vain: Vain) -> Finding:
    name = vain.holder or "the model"
    message = f"None is no initial state: the next `learn` of `{name}` fails with an AttributeError"
    scope = scope_of(trace, vain.site)
    sure = Applicability.SAFE if _is_all_there_is(scope, vain.site.span) else Applicability.DISPLAY
    fix = reset_instead(trace, scope, vain.site.span, vain.holder, vain.classes, sure)
    return rule.finding_at(trace, vain.site.path, vain.site.span, Level.WARNING, message, (), fix)


def _too_late(rule: Rule, trace: Trace) -> Iterator[Finding]:
    for verdict in reported(trace, "reset"):
        if placement.trains_after(trace, verdict):
            message = f"`{receiver(verdict)}` gets new weights in `_on_rollout_end`: {placement.TRAINS_AFTER}"
            fix = Fix("Move the swap and its reset to `_on_rollout_start`", Applicability.DISPLAY, ())
            yield rule.finding(trace, verdict, Level.WARNING, message, (), fix)


def _of_locals(rule: Rule, trace: Trace) -> Iterator[Finding]:
    for body in bodies(trace.project, "locals", trace.report_on):
        klass = body.scope.klass
        if klass is None or trace.project.classes.kind(klass) != "callback":
            continue
        for action in walk.actions(body.shape):
            for target in action.targets if isinstance(action, facts.Assign) else ():
                if name := _local(target):
                    message = f"`self.locals` is a copy: the rollout's own `{name}` does not change"
                    path = klass.module.path
                    yield rule.finding_at(trace, path, target.span, Level.WARNING, message, (), _MOVE)


def _narrow(rule: Rule, trace: Trace) -> Iterator[Finding]:
    for narrow in narrow_states(trace.project, trace.report_on):
        holder = walk.chain(narrow.target.value) or ""
        message = (
            "zeros of `lstm_hidden_state_shape` are the state of one environment: several are then taken for one "
            "sequence"
        )
        sure = Applicability.SAFE if narrow.known.strength == "proven" else Applicability.UNSAFE
        scope, span = narrow.body.scope, narrow.target.span
        if not is_plain_assignment(narrow.action, span):
            sure = Applicability.DISPLAY
        fix = reset_instead(trace, scope, span, holder, narrow.known.classes, sure)
        yield rule.finding_at(trace, scope.module.path, span, Level.WARNING, message, (), fix)


def _guarded(rule: Rule, trace: Trace) -> Iterator[Finding]:
    met = [verdict for verdict in trace.verdicts if verdict.outcome != "silent"]
    by_guard = {verdict.site.function for verdict in met if _is_by_guard(verdict)}
    told = {verdict.site.function for verdict in met if not _is_by_guard(verdict)}
    told |= {vain.site.function for vain in trace.recorder.vain}
    for guard in dead_guards(trace.project, trace.report_on):
        scope = guard.body.scope
        function = f"{scope.module.name}:{scope.function.qualname if scope.function is not None else '<module>'}"
        expected = guard.attr == _RESET and function in by_guard  # there on models that mix it in
        if function not in told and not expected:
            subject = walk.chain(guard.subject)
            message = f"`{subject}` has no `{guard.attr}`, so the reset behind this guard never runs"
            span = guard.test.span
            yield rule.finding_at(trace, scope.module.path, span, Level.WARNING, message, (), _unguarded(trace, guard))


def _is_by_guard(verdict: Verdict) -> bool:
    """Whether a replacement counts as followed by a reset on nothing but the word of a guard."""
    return verdict.outcome == "reset" and not any(fate.how == "reset" for fate in verdict.fates)


def _is_all_there_is(scope: Scope, target: Span) -> bool:
    """Whether ``X._last_lstm_states = None`` is a statement: no chain, tuple or loop has this target among others."""
    body = scope.function.body if scope.function is not None else scope.module.facts.body
    return any(
        isinstance(action, facts.Assign)
        and isinstance(action.value, facts.Constant)
        and is_plain_assignment(action, target)
        for action in walk.actions(body)
    )


def _unguarded(trace: Trace, guard: DeadGuard) -> Fix | None:
    """The reset in the place of the whole ``if``, where that holds nothing else."""
    path = guard.body.scope.module.path
    holder = (walk.chain(guard.subject) or "").removesuffix(".policy")
    at = trace.layout.at(path, guard.test.span)
    only = guard.branch.test is guard.test and at is not None and len(trace.layout.children(path, at[0])) == 1
    policy = any(trace.project.classes.kind(ref) == "policy" for ref in guard.known.classes)
    only = only and _only_resets(guard)
    if not only or not holder or at is None or at[1].kind != "if" or _in_hook(trace, guard):
        title = "Reset the state by a method that the class has, such as `reset_lstm_states_to_initial(model)`"
        return Fix(title, Applicability.DISPLAY, ())
    classes = frozenset() if policy else guard.known.classes
    return reset_instead(trace, guard.body.scope, _first(at[1].span), holder, classes, Applicability.UNSAFE)


def _only_resets(guard: DeadGuard) -> bool:
    """Whether all that the guarded code does is to call the method, with nothing computed for it, or to assign."""
    actions = list(walk.actions(guard.branch.then))
    written = f"{walk.chain(guard.subject)}.{guard.attr}"
    for action in actions:
        if isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
            given = [expr for argument in action.value.arguments for expr in walk.expressions(argument.value)]
            if walk.chain(action.value.func) != written or not all(isinstance(expr, _READ) for expr in given):
                return False
        elif not isinstance(action, facts.Assign) or not any(
            walk.chain(target) == written and is_plain_assignment(action, target.span) for target in action.targets
        ):
            return False
    return len(actions) == 1


def _in_hook(trace: Trace, guard: DeadGuard) -> bool:
    klass, function = guard.body.scope.klass, guard.body.scope.function
    rows = trace.project.classes.rows(klass) if klass is not None else ()
    return function is not None and any(function.name in row.futile_resets_in for row in rows)


def _first(span: Span) -> Span:
    """Where a statement begins."""
    return Span(span.line, span.column, span.line, span.column + 2)


def _local(target: facts.Expr) -> str:
    """The name in ``self.locals["lstm_states"]``, as far as it is a state of the rollout."""
    if not isinstance(target, facts.Subscript) or walk.chain(target.value) != "self.locals":
        return ""
    name = target.index.value if isinstance(target.index, facts.Constant) else ""
    return str(name) if name in _LOCALS else ""
