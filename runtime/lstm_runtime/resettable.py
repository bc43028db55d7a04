"""The reset as methods of an algorithm, for those who write one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lstm_runtime.environments import Envs
from lstm_runtime.reset import ResetReport, reset_lstm_states_to_initial, reset_quietly


class ResettableLSTMStates:
    """A mixin that gives a RecurrentPPO subclass its resets: `class Mine(ResettableLSTMStates, RecurrentPPO)`.

    A fix of lstm-lint then calls the method and adds no import.
    """

    def reset_lstm_states_to_initial(self, envs: Envs = None) -> ResetReport:
        """`lstm_runtime.reset_lstm_states_to_initial(self, envs)`: after the weights were replaced."""
        return reset_lstm_states_to_initial(self, envs)

    def reset_for_done_envs(self, dones: Iterable[Any]) -> ResetReport:
        """Put the state of the environments whose episode just ended back to initial.

        `dones` has one truth value for each environment, shape (envs,), as `env.step()` returns it. For loops that
        collect by themselves: the stock `collect_rollouts` masks by `episode_starts` and needs nothing of the kind.
        Raises IndexError if there is another number of them, InsideRolloutError in a callback's `_on_step`.
        """
        finished = [bool(done) for done in dones]
        if not any(finished) and len(finished) == getattr(self, "n_envs", None):
            return ResetReport(type(self).__name__, (), (), "no environment is done")  # what most steps come to
        return reset_quietly(self, finished)
