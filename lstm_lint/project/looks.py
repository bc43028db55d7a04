"""What an expression looks like by its names: a recurrent state, an initial one, an environment."""

from __future__ import annotations

import re

from lstm_lint import facts, walk

_NAMED = re.compile(
    r"hidden|recurrent|(^|_)(rnn|lstm|gru)s?(_|$)|(^|_)(core|agent|player|memory|latent|belief)_states?(_|$)"
    r"|(^|_)(hx|cx|hxs|cxs|h_?0|c_?0|memory_dict|carry)(_|$)",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(size|sizes|dim|dims|units?|layers?|num|width|type|shape|class|cls|kwargs|config|cfg|net|network|model|module|"
    r"policy|actor|critic|optimizer|buffer|norm|out|spec|specs|space|keys?|names?|fn|func|info)s?$|"
    r"^(_*)(n|num|is|use|has|with|max|min)_|(^|_)state_dicts?(_|$)",
    re.IGNORECASE,
)
ANEW = re.compile(
    r"zeros|reset|clear|(^|_)(initial|init|default|new|empty|fresh)(_|$)|^(dict|list|tuple|defaultdict)$", re.IGNORECASE
)
_ENVIRONMENT = re.compile(
    r"(^|_)(v?envs?|venv|environments?|sim(ulator)?|world|game|gym|envpool)\d*(_|$)", re.IGNORECASE
)


def is_named(name: str) -> bool:
    """Whether a name is that of a recurrent state and of nothing else."""
    return _NAMED.search(name) is not None and _MEASURE.search(name) is None


def is_anew(value: facts.Expr) -> bool:
    """Whether a value is an initial state: None, zeros, or what a call of such a name makes."""
    if isinstance(value, facts.Constant):
        return True
    if isinstance(value, (facts.Display, facts.Conditional)):
        parts = value.items if isinstance(value, facts.Display) else (value.then, value.orelse)
        return all(map(is_anew, parts))
    if isinstance(value, facts.DictDisplay):
        return all(is_anew(item) for _, item in value.items)
    if isinstance(value, facts.Comprehension):
        return is_anew(value.element)
    return any(
        isinstance(expr, facts.Call) and ANEW.search(walk.last_name(expr.func)) for expr in walk.expressions(value)
    )


def is_detached(value: facts.Expr) -> bool:
    """Whether a value is an old one cut off from the graph: ``h.detach()``, ``Variable(h.data)``."""
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(is_detached, value.items))
    if isinstance(value, facts.Comprehension):
        return is_detached(value.element)
    if isinstance(value, facts.Call) and walk.last_name(value.func) == "Variable" and value.arguments:
        value = value.arguments[0].value
    if isinstance(value, facts.Call):
        return walk.last_name(value.func) in ("detach", "detach_", "repackage_hidden")
    return isinstance(value, facts.Attribute) and value.attr == "data"


def is_environment(expr: facts.Expr) -> bool:
    """Whether an expression is named as an environment."""
    return any(_ENVIRONMENT.search(part) for part in (walk.chain(expr) or "").split("."))


def makes_state(value: facts.Expr) -> bool:
    return any(
        isinstance(expr, facts.Call)
        and ANEW.search(walk.last_name(expr.func))
        and re.search(r"state|hidden|rnn|lstm|gru|internals", walk.last_name(expr.func))
        for expr in walk.expressions(value)
    )
