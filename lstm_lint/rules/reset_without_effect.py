"""RSH004."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding
from lstm_lint.rules.rule import Rule

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace


class ResetWithoutEffect(Rule):
    """
    ## What it does
    Reports a reset of the recurrent state of `RecurrentPPO` that cannot work:

    - in `_on_step` of a callback, of `_last_lstm_states` or `_last_episode_starts` or by a method that resets them, and
      an assignment to `self.locals["lstm_states"]` in any hook;
    - `model._last_lstm_states = None`;
    - zeros of the shape `policy.lstm_hidden_state_shape`, unless every environment in view runs alone;
    - behind `if hasattr(model, "reset_...")`, where the class is known and has no such method;
    - a swap of weights in `_on_rollout_end`, with or without a reset after it.

    Where a swap of weights is left without a reset by this, the swap is reported, as RSH001, and not the reset too.
    Where the weights are the object's own from before (a rollback), it is the reset that is reported.

    ## Why is this bad?
    The author thinks that the state is cleared, and it is not. `collect_rollouts` copies `_last_lstm_states` into a
    local variable after `_on_rollout_start`, and writes it back after each step, so that what `_on_step` writes is
    lost. None is no state: the next `learn` fails with an AttributeError. `lstm_hidden_state_shape` is the shape for
    one environment, and with several the LSTM takes them for one sequence. And after `_on_rollout_end` comes the
    update, which then trains the new weights on values, probabilities and states of the old ones.

    ## Example
    ```python
    from sb3_contrib import RecurrentPPO
    from stable_baselines3.common.callbacks import BaseCallback


    class Forget(BaseCallback):
        def _on_step(self):
            if self.n_calls % 1_000 == 0:
                for states in self.model._last_lstm_states:
                    for state in states:
                        state.zero_()
            return True


    RecurrentPPO("MlpLstmPolicy", "CartPole-v1").learn(10_000, callback=Forget())
    ```

    ## Use instead
    ```python
    from sb3_contrib import RecurrentPPO
    from stable_baselines3.common.callbacks import BaseCallback


    class Forget(BaseCallback):
        def _on_rollout_start(self):
            for states in self.model._last_lstm_states:
                for state in states:
                    state.zero_()

        def _on_step(self):
            return True


    RecurrentPPO("MlpLstmPolicy", "CartPole-v1").learn(10_000, callback=Forget())
    ```

    ## Fix safety
    None and zeros of the wrong width are replaced by the reset of RSH001, which is safe: the statement means a reset,
    and fails or does harm as it stands. Where the statement holds more (`a = model._last_lstm_states = None`, a tuple,
    a loop), the fix is only displayed. A guard that never passes is replaced in the same way, which is unsafe, since
    the program has run without a reset so far. What has to move to another hook is only displayed.
    """

    code = "RSH004"
    name = "reset-without-effect"
    summary = "a reset of the recurrent state that cannot work: in `_on_step`, to None, of the wrong width, never run"
    default_level = "warning"
    fixable = "sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Resets that were met and had no effect, those that never run, and swaps that come too late for one."""
        from lstm_lint.rules.vain_resets import vain_resets

        return vain_resets(self, trace)
