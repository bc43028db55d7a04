"""Modules that are run with weights they are handed: ``functional_call(net, params, (x, h))``.

The weights are others where the variable that holds them is bound to another entry of a collection. What one step of a
gradient makes of them, ``params = {n: p - lr * g …}``, is no exchange.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.memo import by_node
from lstm_lint.model import Span
from lstm_lint.project.symbols import External
from lstm_lint.typestate import draws, events
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.values import Value
from lstm_lint.vocabulary import FunctionRow

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_LOADS = frozenset({"load", "load_file"})
_GOES_THROUGH = frozenset({"enumerate", "zip", "items", "values", "reversed", "sorted", "list", "tqdm"})
_TAKES = frozenset({"get", "pop", "popleft", "setdefault"})


def handed(row: FunctionRow, expr: facts.Call, arguments: Arguments) -> Arguments:
    """What the module itself is called with."""
    value = arguments.get(row.given) if row.given is not None else None
    if value is None:
        return Arguments((), ())
    written = walk.argument_of(expr, row.given.argument, row.given.position) if row.given is not None else None
    is_tuple = isinstance(written, facts.Display) and value.items is not None
    return Arguments((value.items or ()) if is_tuple else (value,), ())


def bound(run: Interpreter, target: facts.Name, value: Value, state: State) -> None:
    """A variable is bound: the modules that are run with the weights in it have others from here on."""
    names = run.project.vocabulary.running
    if names.isdisjoint(run.frame.module.facts.mentions) or target.span not in _exchanges(run.frame.body):
        return
    for call in walk.calls(run.frame.body):
        row = _row(run, call) if walk.last_name(call.func) in names else None
        if row is None or row.calls is None or row.source is None:
            continue
        module = walk.argument_of(call, row.calls.argument, row.calls.position)
        weights = walk.argument_of(call, row.source.argument, row.source.position)
        if not isinstance(weights, facts.Name) or weights.id != target.id or _are_side_by_side(run.frame.body, call):
            continue
        if module is not None:
            refs = run.quiet().evaluate(module, state.copy()).refs
            events.replace_weights(run, refs, target.span, module, walk.last_name(call.func), state, value)
            return


def _row(run: Interpreter, call: facts.Call) -> FunctionRow | None:
    symbol = run.project.typing.callee(call.func, run.frame.scope)
    return run.project.vocabulary.functions.get(symbol.dotted) if isinstance(symbol, External) else None


def _are_side_by_side(body: Shape, call: facts.Call) -> bool:
    """Whether the state that goes through a call is an entry of a table, one for each of the weights: ``states[i]``."""
    given = {
        name for argument in call.arguments for each in walk.expressions(argument.value) if (name := walk.chain(each))
    }
    names = walk.bound_in(body).names
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and action.value.span == call.span:
            for target in walk.flat(action.targets):
                if isinstance(target, facts.Subscript) and walk.chain(target.value) in given:
                    return True
                own = names.get(target.id, []) if isinstance(target, facts.Name) and target.id in given else []
                if any(_is_entry(binding) for binding in own):
                    return True
    return False


def _is_entry(binding: walk.Binding) -> bool:
    """Whether a variable is bound to one entry of a table after the other."""
    expr = binding.expr
    if binding.how == "element":
        return True
    if isinstance(expr, facts.Call):
        return binding.how == "value" and walk.last_name(expr.func) in _TAKES
    return isinstance(expr, facts.Subscript) and not isinstance(expr.index, facts.Constant)


@by_node
def _exchanges(body: Shape) -> frozenset[Span]:
    """Where a variable is bound to one entry of a collection after the other, or to one that is drawn or loaded."""
    found: set[Span] = set()
    for action in walk.actions(body):
        if isinstance(action, facts.Iterate) and _is_collection(action.iterable):
            found |= {each.span for each in walk.flat((action.target,)) if isinstance(each, facts.Name)}
        elif isinstance(action, facts.Assign) and _is_another(action.value):
            found |= {each.span for each in action.targets if isinstance(each, facts.Name)}
    return frozenset(found)


def _is_collection(iterable: facts.Expr) -> bool:
    """Whether a loop goes through what is there, and not through what a function makes step by step."""
    return not isinstance(iterable, facts.Call) or walk.last_name(iterable.func) in _GOES_THROUGH


def _is_another(value: facts.Expr) -> bool:
    if isinstance(value, facts.Call):
        name = walk.last_name(value.func)
        return name in _LOADS or draws.is_draw(name)
    return isinstance(value, facts.Subscript)
