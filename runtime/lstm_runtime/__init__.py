"""Reset, re-warm and guard the recurrent state of a policy whose weights are replaced.

Importing this needs torch and nothing else. A name that needs stable-baselines3 or Ray imports it when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lstm_runtime.adapters import register_adapter as register_adapter
    from lstm_runtime.errors import CheckpointError as CheckpointError
    from lstm_runtime.errors import InsideRolloutError as InsideRolloutError
    from lstm_runtime.errors import NoHistoryError as NoHistoryError
    from lstm_runtime.errors import StaleStateError as StaleStateError
    from lstm_runtime.errors import StaleStateWarning as StaleStateWarning
    from lstm_runtime.exploit.apply import ExploitReport as ExploitReport
    from lstm_runtime.exploit.apply import apply_exploit as apply_exploit
    from lstm_runtime.exploit.callback import ExploitCallback as ExploitCallback
    from lstm_runtime.guards import Guard as Guard
    from lstm_runtime.guards import GuardReport as GuardReport
    from lstm_runtime.guards import StaleUse as StaleUse
    from lstm_runtime.guards import WeightChange as WeightChange
    from lstm_runtime.guards import guard as guard
    from lstm_runtime.guards import guard_reports as guard_reports
    from lstm_runtime.history import ObservationHistory as ObservationHistory
    from lstm_runtime.metrics import ExploitMetrics as ExploitMetrics
    from lstm_runtime.metrics import ExploitReading as ExploitReading
    from lstm_runtime.reset import ResetReport as ResetReport
    from lstm_runtime.reset import reset_lstm_states_to_initial as reset_lstm_states_to_initial
    from lstm_runtime.resettable import ResettableLSTMStates as ResettableLSTMStates
    from lstm_runtime.rewarm import RewarmReport as RewarmReport
    from lstm_runtime.rewarm import rewarm_lstm_states as rewarm_lstm_states
    from lstm_runtime.states import StateSlot as StateSlot
    from lstm_runtime.states import StateTensor as StateTensor
    from lstm_runtime.states import carried_states as carried_states

__version__ = "0.1.0"

# Where each public name lives.
_HOMES = {
    "CheckpointError": "errors",
    "ExploitCallback": "exploit.callback",
    "ExploitMetrics": "metrics",
    "ExploitReading": "metrics",
    "ExploitReport": "exploit.apply",
    "Guard": "guards",
    "GuardReport": "guards",
    "InsideRolloutError": "errors",
    "NoHistoryError": "errors",
    "ObservationHistory": "history",
    "ResetReport": "reset",
    "ResettableLSTMStates": "resettable",
    "RewarmReport": "rewarm",
    "StaleStateError": "errors",
    "StaleStateWarning": "errors",
    "StaleUse": "guards",
    "StateSlot": "states",
    "StateTensor": "states",
    "WeightChange": "guards",
    "apply_exploit": "exploit.apply",
    "carried_states": "states",
    "guard": "guards",
    "guard_reports": "guards",
    "register_adapter": "adapters",
    "reset_lstm_states_to_initial": "reset",
    "rewarm_lstm_states": "rewarm",
}

# What a package that may be missing is installed with.
_EXTRAS = {"stable_baselines3": "sb3", "sb3_contrib": "sb3", "gymnasium": "sb3", "ray": "ray"}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        value = getattr(import_module(f"{__name__}.{home}"), name)
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRAS:
            raise
        install = f"pip install 'lstm-runtime[{_EXTRAS[missing]}]'"
        raise ImportError(f"lstm_runtime.{name} needs {missing}, which is not installed: {install}") from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
