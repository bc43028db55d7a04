"""What a call of a policy says about episodes by its ``episode_start``."""

from __future__ import annotations

from lstm_lint import facts, walk
from lstm_lint.flow import Loop


def is_lowered(loop: Loop, asked: facts.Call) -> bool:
    """Whether the call's ``episode_start`` is lowered in the loop, for good: all rounds are one episode."""
    given = next((each.value for each in asked.arguments if each.keyword == "episode_start"), None)
    flag = walk.chain(given) if given is not None else None
    set_to = [
        action.value
        for action in walk.actions(loop.body)
        if isinstance(action, facts.Assign) and flag in {walk.chain(target) for target in action.targets}
    ]
    return flag is not None and bool(set_to) and all(map(_is_down, set_to))


def _is_down(value: facts.Expr) -> bool:
    """``False``, ``[False]``, ``np.array([False])``, ``np.zeros(…)``."""
    if isinstance(value, facts.Call):
        name = walk.last_name(value.func)
        return name in ("zeros", "zeros_like") or (
            name in ("array", "asarray") and bool(value.arguments) and _is_down(value.arguments[0].value)
        )
    if isinstance(value, facts.Display):
        return bool(value.items) and all(map(_is_down, value.items))
    return isinstance(value, facts.Constant) and value.value in (False, 0)
