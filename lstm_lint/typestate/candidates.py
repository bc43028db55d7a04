"""Candidates of a search: random numbers added, round after round, to weights that were put aside before the loop.

``candidate = mean + sigma * torch.randn_like(mean)``: what comes of it is no step of the weights that the network has
in this round, which are the last candidate's. That the weights put aside are those of a candidate from here on where it
did better changes nothing. Where each one takes their place, whatever came of it, they take a walk, a step each round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Shape, Step
from lstm_lint.typestate import noise, saved, under_way
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_ADDS = frozenset({"normal", "add", "sub"})
"""Calls that give random numbers around what they are handed, or add some to it."""
_FORMS = frozenset({
    "clone", "copy", "deepcopy", "detach", "numpy", "cpu", "to", "float", "double", "astype", "array", "asarray",
    "tensor", "as_tensor", "from_numpy", "contiguous",
})  # fmt: skip

_MORE = frozenset({"<", "<=", ">", ">="})
_EACH, _SOME, _BETTER = 0, 1, 2
"""When a variable is bound: in each round, in some of them, where something was more than something else."""


def drawn(run: Interpreter, expr: facts.Operation, values: list[Value], out: Value) -> Value:
    """The result of arithmetic, marked as a candidate where it is one."""
    if out.noise != noise.RANDOM or expr.op not in ("+", "-"):
        return out
    return _marked(run, expr, zip(expr.operands, values, strict=True), out)


def sampled(run: Interpreter, call: facts.Call, out: Value, state: State) -> Value:
    """What a call gives, likewise: ``torch.normal(mean, sigma)``, ``mean.add(step)``."""
    if out.noise != noise.RANDOM or walk.last_name(call.func) not in _ADDS:
        return out
    own = (call.func.value,) if isinstance(call.func, facts.Attribute) else ()
    given = (*own, *(each.value for each in call.arguments))
    return _marked(run, call, ((each, run.quiet().evaluate(each, state)) for each in given), out)


def _marked(run: Interpreter, expr: facts.Expr, operands: Iterable[tuple[facts.Expr, Value]], out: Value) -> Value:
    for operand, value in operands:
        aside = isinstance(operand, facts.Name) and saved.is_copy(value) and not value.noise
        if aside and isinstance(operand, facts.Name) and _stays(run, expr, operand, len(run.frames) - 1):
            return replace(out, noise=noise.CANDIDATE)
    return out


def _stays(run: Interpreter, expr: facts.Expr, name: facts.Name, depth: int) -> bool:
    """Whether a variable is what it was before the innermost loop around an expression, or one of the candidates.

    ``depth``: of the activation that has the expression. What a helper is handed is looked at where it is called.
    """
    body = run.frames[depth].body
    around = [loop for loop in walk.loops(body) if _holds(loop.body, expr)]
    if not around:
        call, handed = under_way.call_of(run, depth), under_way.handed(run, depth, name.id)
        if call is None or not isinstance(handed, facts.Name) or walk.bound_in(body).names.get(name.id):
            return False
        return _stays(run, call, handed, depth - 1)
    inner = around[-1].body
    made = _made_by(inner, expr)
    leaves = any(walk.ending(arm) for branch in walk.branches(inner) for arm in (branch.then, branch.orelse))
    return all(
        when == _BETTER
        or (binding.how == "value" and _takes_over(binding.expr, made if when == _EACH and not leaves else frozenset()))
        for binding, when in _bindings(inner, name.id, expr, _EACH)
    )


def _bindings(shape: Shape, name: str, expr: facts.Expr, when: int) -> Iterator[tuple[walk.Binding, int]]:
    """What a variable is bound to, and in which of the rounds in which an expression is evaluated."""
    if isinstance(shape, Step):
        yield from ((each, when) for each in walk.bound_in(shape).names.get(name, ()))
        return
    for part in walk.parts(shape):
        picks = isinstance(shape, Branch) and not _holds(part, expr)
        yield from _bindings(part, name, expr, max(when, _asked(shape)) if picks else when)


def _asked(branch: Shape) -> int:
    """Whether a test compares which of two is more, as scores are."""
    test = branch.test if isinstance(branch, Branch) else None
    compares = any(isinstance(each, facts.Operation) and each.op in _MORE for each in walk.expressions(test))
    return _BETTER if compares else _SOME


def _made_by(shape: Shape, expr: facts.Expr) -> frozenset[str]:
    """The variables that get what an expression gives."""
    return frozenset(
        target.id
        for action in walk.actions(shape)
        if isinstance(action, facts.Assign) and any(each is expr for each in walk.expressions(action))
        for target in walk.flat(action.targets)
        if isinstance(target, facts.Name)
    )


def _takes_over(expr: facts.Expr, made: frozenset[str]) -> bool:
    """Whether another variable is taken over as it is, and not what was made in this round, come what may."""
    if isinstance(expr, facts.Conditional):
        return _takes_over(expr.then, frozenset()) and _takes_over(expr.orelse, frozenset())
    if isinstance(expr, facts.Call):
        given = [each.value for each in expr.arguments]
        if walk.last_name(expr.func) == "where" and len(given) == 3:
            return all(_takes_over(each, frozenset()) for each in given[1:])
        if walk.last_name(expr.func) not in _FORMS:
            return False
        own = (expr.func.value,) if isinstance(expr.func, facts.Attribute) else ()
        named = {each.id for each in walk.expressions(expr) if isinstance(each, facts.Name)}
        return made.isdisjoint(named) and any(_takes_over(each, made) for each in (*given[:1], *own))
    return isinstance(expr, facts.Name) and expr.id not in made


def _holds(shape: Shape, expr: facts.Expr) -> bool:
    return any(each is expr for action in walk.actions(shape) for each in walk.expressions(action))
