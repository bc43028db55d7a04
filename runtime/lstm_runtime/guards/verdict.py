"""What a stale use is called, and saying so: the error, the warning, the log line."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterable

from lstm_runtime.errors import StaleStateError, StaleStateWarning
from lstm_runtime.guards.location import Location, frames
from lstm_runtime.guards.report import StaleUse
from lstm_runtime.guards.trail import Write

RULE = "RSH001"

logger = logging.getLogger("lstm_runtime.guard")

# Ways in which a policy is run, the outer ones last.
_ENTRIES = ("predict_values", "get_distribution", "predict", "collect_rollouts")

REMEDIES = (
    "After a replacement, re-warm the state (rewarm_lstm_states(model)) or reset it "
    "(reset_lstm_states_to_initial(model)); in a callback do both in _on_rollout_start. "
    "A state that does belong to these weights is adopted with guard.adopt(state)."
)


def origin(hint: Write | None, found: Iterable[tuple[list[Write], list[Write]]]) -> tuple[str, Location | None]:
    """How weights were replaced, and by which line, if that is known.

    `hint` is a load or an assignment that was seen; `found` has for each module the writes to those of its parameters
    that changed, and the times that these were handed out.
    """
    lists = list(found)
    written = [write for writes, _ in lists for write in writes] + ([] if hint is None else [hint])
    if written:
        last = max(written)
        return last.how, last.spot.location()
    how = "written in place some time before this use, which shows in the values only"
    handed_out = [read for _, reads in lists for read in reads]
    return (f"{how} (last handed out by {max(handed_out)})" if handed_out else how), None


def entry() -> str:
    """The call that uses the state: `predict`, `collect_rollouts` ..., or `forward` where it is none of these."""
    found = [frame.f_code.co_name for frame in frames(sys._getframe(1)) if frame.f_code.co_name in _ENTRIES]
    return found[0] if found else "forward"


def message(use: StaleUse, remedies: bool = True) -> str:
    """The whole story in one line: rule, module, environments, the replacement, the use, the remedies."""
    now = f"the weights are #{use.weights}"
    since = f" since {use.change}" if use.change else ""
    made = f"made by weights #{use.made_by}" if use.made_by is not None else "not made by the weights in place"
    text = (
        f"{RULE}: the state fed to {' and '.join(use.modules)} for {_columns(use)} was {made}; {now}{since}. "
        f"It is used in {use.entry} at {use.where}."
    )
    return f"{text} {REMEDIES}" if remedies else text


def _columns(use: StaleUse) -> str:
    if len(use.envs) == use.width:
        return "its only environment" if use.width == 1 else f"all {use.width} environments"
    listed = ", ".join(map(str, use.envs))
    return f"environment{'s' if len(use.envs) > 1 else ''} {listed} of {use.width}"


def fail(use: StaleUse) -> None:
    """Raises StaleStateError."""
    raise StaleStateError(message(use))


def warn(use: StaleUse) -> None:
    """A StaleStateWarning at the user's line."""
    warnings.warn_explicit(message(use), StaleStateWarning, use.where.path, use.where.line)


def log(use: StaleUse, done: str = "") -> None:
    """A line at WARNING on the logger `lstm_runtime.guard`."""
    logger.warning("%s%s", message(use, remedies=not done), f" {done}" if done else "")
