"""How code makes sequences and batches of length one."""

from __future__ import annotations

from collections.abc import Sequence

from lstm_lint import facts, walk

_MAKES_ARRAYS = frozenset({
    "tensor", "as_tensor", "Tensor", "FloatTensor", "LongTensor", "from_numpy", "array", "asarray",
})  # fmt: skip
_KEEPS_SHAPE = frozenset({"float", "long", "double", "half", "to", "cuda", "cpu", "type", "astype", "contiguous"})

GATHERS = frozenset({
    "append", "extend", "cat", "concat", "concatenate", "stack", "vstack", "hstack", "roll", "deque", "list", "pad",
})  # fmt: skip
"""Calls that make one sequence of many observations: a network that sees all of it needs no state."""
_GROWS = frozenset({"append", "appendleft", "extend", "insert"})


def is_one_long(expr: facts.Expr) -> bool:
    """Whether an expression makes a sequence of one step in a batch of one, whichever comes first."""
    if (
        isinstance(expr, facts.Call)
        and isinstance(expr.func, facts.Attribute)
        and expr.func.attr in ("view", "reshape")
    ):
        values = [argument.value for argument in expr.arguments]
        parts = values[0].items if len(values) == 1 and isinstance(values[0], facts.Display) else tuple(values)
        return len(parts) > 2 and all(isinstance(part, facts.Constant) and part.value == 1 for part in parts[:2])
    return isinstance(expr, (facts.Call, facts.Subscript)) and _ones(expr) > 1


def adds_one(expr: facts.Expr) -> bool:
    """Whether an expression makes a batch of one, or a sequence of one: ``x.unsqueeze(0)``, ``x[None]``."""
    if isinstance(expr, facts.Subscript):
        return walk.is_none(expr.index)
    return isinstance(expr, facts.Call) and walk.last_name(expr.func) == "unsqueeze"


def grows(call: facts.Call) -> bool:
    """Whether a call makes a variable longer: ``history.append(seen)``."""
    func = call.func
    return isinstance(func, facts.Attribute) and isinstance(func.value, facts.Name) and func.attr in _GROWS


def is_window(call: facts.Call, actions: Sequence[object]) -> bool:
    """Whether what a call is given may be made of more than what came last."""
    seen = made_of(call, actions)
    for action in actions:
        grown = {(walk.chain(inner.func) or "").partition(".")[0] for inner in walk.calls_in(action) if grows(inner)}
        if not grown.isdisjoint(seen):
            return True
        if not isinstance(action, facts.Assign) or seen.isdisjoint(_bound(action)):
            continue
        if any(walk.last_name(inner.func) in GATHERS for inner in walk.calls_in(action)) or _moves_on(action):
            return True
    return False


def _moves_on(action: facts.Assign) -> bool:
    """``seen = seen[1:] + [new]``: a variable is made of most of itself."""
    return any(
        isinstance(expr, facts.Subscript)
        and any(isinstance(part, facts.Operation) and part.op == "slice" for part in walk.expressions(expr.index))
        and walk.chain(expr.value) in _bound(action)
        for expr in walk.expressions(action.value)
    )


def made_of(call: facts.Call, actions: Sequence[object]) -> set[str]:
    """The variables in the arguments of a call, what they are made of, and so on."""
    found = {name for argument in call.arguments for name in walk.chains(argument.value)}
    while True:
        more = {
            name
            for action in actions
            if isinstance(action, facts.Assign) and not found.isdisjoint(_bound(action))
            for name in walk.chains(action.value)
        }
        if more <= found:
            return found
        found |= more


def _bound(action: facts.Assign) -> set[str]:
    return {name for target in walk.flat(action.targets) if (name := walk.chain(walk.container(target))) is not None}


def _ones(expr: facts.Expr) -> int:
    """How many leading dimensions of one element an expression is seen to add: two in ``torch.tensor([[x]])``."""
    if isinstance(expr, facts.Display):
        single = expr.items[0] if expr.kind != "set" and len(expr.items) == 1 else None
        return 0 if single is None or isinstance(single, facts.Starred) else 1 + _ones(single)
    if isinstance(expr, facts.Subscript):
        items = expr.index.items if isinstance(expr.index, facts.Display) else (expr.index,)
        count = next((at for at, item in enumerate(items) if not walk.is_none(item)), len(items))
        return count + _ones(expr.value) if count else 0
    if not isinstance(expr, facts.Call):
        return 0
    values = [argument.value for argument in expr.arguments]
    if walk.last_name(expr.func) in _MAKES_ARRAYS and values:
        return _ones(values[0])
    if not isinstance(expr.func, facts.Attribute):
        return 0
    if expr.func.attr in _KEEPS_SHAPE:
        return _ones(expr.func.value)
    leading = expr.func.attr == "unsqueeze" and len(values) == 1 and isinstance(values[0], facts.Constant)
    return 1 + _ones(expr.func.value) if leading else 0
