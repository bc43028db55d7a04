"""How code begins a state, and how it begins an episode."""

from __future__ import annotations

import re

from lstm_lint import facts, walk

BEGINS = re.compile(
    r"^_?(get_|make_)?(init|initial|initialize|reset|zero|clear|new|fresh)_?(the_)?"
    r"(hidden|rnn|lstm|gru|recurrent|memory|states?$)|^_?(hidden|rnn|lstm)_?\w*(init|reset|zeros?)$",
    re.IGNORECASE,
)
_EPISODE = re.compile(r"reset|restart|(new|start|begin)_?(game|episode|round|match)", re.IGNORECASE)
_ENDS = re.compile(r"(^|_)(done|over|end|terminat|truncat|mask|start|first|ids?$|idx|ind(ex|ices)$)", re.IGNORECASE)
_ZEROS = frozenset({"zeros", "zeros_like", "new_zeros"})


def makes(value: facts.Expr) -> bool:
    """Whether a value is an initial state and nothing else: zeros, or what a call of such a name gives."""
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(makes, value.items))
    while isinstance(value, facts.Call) and walk.last_name(value.func) in ("to", "cuda", "float", "double", "detach"):
        if not isinstance(value.func, facts.Attribute):
            return False
        value = value.func.value
    name = walk.last_name(value.func) if isinstance(value, facts.Call) else ""
    return name in _ZEROS or BEGINS.search(name) is not None


def begins_an_episode(call: facts.Call) -> bool:
    """Whether a call is named as what begins an episode."""
    name = walk.last_name(call.func)
    return _EPISODE.search(name) is not None and BEGINS.search(name) is None


def tells_ends(call: facts.Call, seen: set[str]) -> bool:
    """Whether a call is told which episodes have ended: it begins the states of those alone."""
    names = {walk.last_name(e) for a in call.arguments for e in walk.expressions(a.value)}
    return bool(BEGINS.search(walk.last_name(call.func))) and (
        not seen.isdisjoint(given(call)) or any(_ENDS.search(name) for name in names)
    )


def names_in(value: object) -> set[str]:
    """The variables in an action or an expression."""
    return {expr.id for expr in walk.expressions(value) if isinstance(expr, facts.Name)}


def given(call: facts.Call) -> list[str]:
    """The variables in the arguments of a call."""
    return [name for argument in call.arguments for name in sorted(names_in(argument.value))]
