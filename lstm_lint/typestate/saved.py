"""Weights copied tensor by tensor: what makes such a copy, and what makes it other weights than they were.

``[p.detach().clone() for p in net.parameters()]`` is the network as it was, and written back it is a rollback. What
arithmetic makes of it is neither that nor another network: a step, a mean, a shadow of the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.state import State

EXACT, CHANGED = 1, 2
_COPIES = frozenset({
    "clone", "deepcopy", "tensor", "cat", "concatenate", "concat", "stack", "hstack", "vstack", "array",
    "parameters_to_vector",
})  # fmt: skip
_KEEPS = _COPIES | frozenset({
    "to", "cpu", "cuda", "numpy", "from_numpy", "as_tensor", "asarray", "float", "double", "half", "bfloat16", "type",
    "astype", "detach", "contiguous", "copy", "view", "view_as", "reshape", "reshape_as", "flatten", "ravel", "squeeze",
    "unsqueeze", "expand_as", "split", "chunk", "unbind", "pin_memory", "requires_grad_", "detach_", "share_memory_",
    "items", "values", "keys", "get", "pop", "popleft", "append", "list", "tuple", "dict", "OrderedDict", "iter",
    "next", "zip", "enumerate", "Parameter", "numel", "size", "nelement", "dim",
})  # fmt: skip
_ARE_STILL = frozenset({"requires_grad_", "detach_", "share_memory_"})
"""Methods that end like those that write to a tensor, and write nothing."""


def is_exact(value: Value) -> bool:
    """Whether it is a copy of weights, as they were."""
    return value.exact == EXACT


def is_copy(value: Value) -> bool:
    """Whether it is a copy of weights, as they were or changed since: writing to it leaves the network alone."""
    return bool(value.exact & EXACT)


def through(func: facts.Expr, given: Value, out: Value, state: State) -> Value:
    """What a call gives that was given weights: a copy of them, the same ones, or what it made of them."""
    if out.types or not (out.parameters_of or out.weights_of):
        return out
    name = walk.last_name(func)
    if not given.exact and (name in _COPIES or (name == "copy" and _is_of_array(func))):
        return taken(out, state)
    return out if name in _KEEPS else changed(out)


def taken(value: Value, state: State) -> Value:
    """Weights are copied here."""
    state.kept |= dict.fromkeys(value.parameters_of | value.weights_of, frozenset())
    return replace(value, exact=EXACT)


def put_aside(value: Value, state: State) -> None:
    """A network is copied here as a whole."""
    if value.types:
        state.kept |= dict.fromkeys(value.refs, frozenset())


def changed(value: Value) -> Value:
    """The same weights, with something done to them."""
    if value.exact & CHANGED or not (value.parameters_of or value.weights_of):
        return value
    return replace(value, exact=value.exact | CHANGED)


def written(base: Value, given: Value | None, state: State) -> None:
    """Something is written to a copy: it is another one from here on, under each name that it has.

    Where the weights of its network are written as they are now, it is a copy of these.
    """
    own = base.parameters_of | base.weights_of
    if given is not None and not given.exact and own and own == given.parameters_of | given.weights_of:
        state.kept |= dict.fromkeys(own, frozenset())
        return
    for place in base.src:
        held = state.get(place)
        if held is not None and held.exact & EXACT:
            state.put(place, changed(held))


def writes(name: str) -> bool:
    """Whether a method of a tensor writes to it."""
    return name.endswith("_") and not name.endswith("__") and name not in _ARE_STILL


def _is_of_array(func: facts.Expr) -> bool:
    """Whether what is copied is an array of numpy: the copy of a dict holds the same tensors."""
    return any(isinstance(each, facts.Call) and walk.last_name(each.func) == "numpy" for each in walk.expressions(func))
