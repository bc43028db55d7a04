"""Networks that a function makes, trains and gives back: ``model = fit(log)`` is no copy that goes on being trained."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope
from lstm_lint.typestate.paths import Path

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_TRAINS = frozenset({"backward", "step"})


def is_from_scratch(run: Interpreter, target: Path, source: Path, state: State) -> bool:
    """Whether a network was made and trained by one call that is done, and did not begin with the target's weights."""
    root = source.root
    if root.site is None or target in state.lent.get(source, ()):
        return False
    if root.kind == "built" and root.site.function.isdigit() and not source.attrs:
        if run.live_frame(int(root.site.function)) is not None:
            return False
        made_by = [f for f in run.project.functions if f.module.path == root.site.path
                   and walk.call_at(f.fact.body, root.site.span) is not None]  # fmt: skip
        return bool(made_by) and all(map(_trains, made_by))
    if root.kind == "result":
        called = [f for f in run.project.functions if f.fact.name == root.name and f.klass is None]
        return bool(called) and all(_trains(f) and any(_made_inside(run, f)) for f in called)
    return False


def _trains(function: FunctionInfo) -> bool:
    return {walk.last_name(call.func) for call in walk.calls(function.fact.body)} >= _TRAINS


def _made_inside(run: Interpreter, function: FunctionInfo) -> Iterator[bool]:
    """Of what a function returns: whether it is a network that it has made, and loaded nothing into."""
    typing = run.project.typing
    bound, scope = typing.bindings(function.fact), Scope(function.module, function.klass, function.fact)
    if "load_state_dict" in function.fact.mentions:
        return
    for returned in bound.returns:
        for item in returned.items if isinstance(returned, facts.Display) else (returned,):
            made = [each.expr for each in bound.names.get(item.id, ())] if isinstance(item, facts.Name) else []
            yield bool(made) and all(_is_network(run, expr, scope) for expr in made)


def _is_network(run: Interpreter, expr: facts.Expr, scope: Scope) -> bool:
    if not isinstance(expr, facts.Call):
        return False
    symbol = run.project.typing.callee(expr.func, scope)
    return isinstance(symbol, ClassInfo) and run.project.classes.is_a(symbol, "torch.nn.Module")
