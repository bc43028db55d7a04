"""What the names of calls and receivers say of a sync: who fetches, who copies, what acts and what only stands by."""

from __future__ import annotations

import re

from lstm_lint import facts, walk

WRITES = frozenset({
    "load_state_dict", "set_weight", "set_weights", "load_weights", "set_parameters", "load_from_vector",
})  # fmt: skip
BESIDE = re.compile(
    r"target|(?<!actor_)critic|value|optim|(^|_)opts?$|sched|norm|rms|buffer|disc|icm|rnd|curios|reward|teacher|baseline|mixer|scaler|"
    r"(^|_)(server|store|registry|hub|queue)(_|$)|best|pool|opponent|rival|backup|mean_std|running|stats|manager|explor|logger|writer",
    re.IGNORECASE,
)
_WHAT = r"(model|policy|policies|nets?|networks?|weights?|params?|parameters?)"
FETCHES = re.compile(
    rf"^_*(refresh|pull|fetch)_\w*{_WHAT}$"
    rf"|^_*(get|pull|fetch|load|read|refresh|update|sync|receive)_\w*(latest|newest)_?\w*{_WHAT}$"
)
"""What fetches the newest weights, whatever does it inside."""
COPIES = re.compile(rf"^_*(sync|copy)_\w*(dicts?|{_WHAT})$")
MOVES = re.compile(r"^_*((soft|hard|polyak)_?(copy|update|sync)|copy_(param|weight|net|model))")
TELLS = re.compile(
    r"sync|pull|fetch|recv|receiv|weight|param|state_?dict|refresh|load|copy|share|broadcast"
    rf"|(update|set|get|reset|new)_\w*({_WHAT}|agents?|actors?)"
)
AT_START = re.compile(
    r"^_*(load|restore|resume|from|init|initiali[sz]e|setup|set_?up|build|make|create|test|eval\w*|copy|clone)(_|$)|_set_?up$"
)
FROM_TRAINED = re.compile(
    r"^_*(copy|load|init)_\w*from_\w*(master|global|shared|server|learner|center|central|trainer)"
)
LOADS = re.compile(rf"^_*load_(new_|shared_)?{_WHAT}$")
OTHERS = re.compile(
    r"best|pool|league|opponent|archive|snapshot|checkpoint|ckpt|member|population|rival|history|hall|(^|_)old(_|$)|"
    r"teacher|expert|saved|donor|winner|elite|exploit|peer|partner|parent|candidate",
    re.IGNORECASE,
)
"""Who has weights of its own, or of another time: what comes from there is no newest copy of what is trained."""


def is_others(func: facts.Expr) -> bool:
    """Whether a method is called on something other than the own object."""
    return isinstance(func, facts.Attribute) and walk.chain(func.value) not in ("self", "cls", None)


def is_beside(receiver: facts.Expr) -> bool:
    """Whether what gets weights is named as something that does not act by itself."""
    return any(BESIDE.search(part) for part in (walk.render(receiver) or "").split("."))
