"""The environment variable that turns every guard off, or gives all of them another mode."""

from __future__ import annotations

import os
from typing import Literal, cast, get_args

OnStale = Literal["raise", "warn", "reset", "rewarm", "log"]

VARIABLE = "LSTM_RUNTIME_GUARD"

_OFF = ("off", "0", "false", "no")
_ON = ("", "on", "1", "true", "yes")


def effective_mode(asked: str) -> OnStale | None:
    """What to do about a stale use: as asked, unless the variable says otherwise; None for off.

    Raises ValueError for a mode that is none, in the argument or in the variable.
    """
    if asked not in get_args(OnStale):
        raise ValueError(f"on_stale={asked!r} is none of {', '.join(map(repr, get_args(OnStale)))}")
    said = os.environ.get(VARIABLE, "").strip().lower()
    if said in _OFF:
        return None
    if said not in _ON and said not in get_args(OnStale):
        raise ValueError(f"{VARIABLE}={said!r} is none of off, on, {', '.join(get_args(OnStale))}")
    return cast(OnStale, asked if said in _ON else said)
