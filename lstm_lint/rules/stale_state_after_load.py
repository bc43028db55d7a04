"""RSH001."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule, reported
from lstm_lint.rules.wording import consequence, notes, state
from lstm_lint.typestate.trace import Trace, Verdict


class StaleStateAfterLoad(Rule):
    """
    ## What it does
    Reports weights of a recurrent policy that are replaced in one stroke (`load_state_dict`, `set_parameters`, a copy
    loop over parameters, `model.policy = other` …) while a hidden state made by the old weights is carried on: used by
    the next call, or handed out of the code that was read, with no reset or re-warm in between.

    ## Why is this bad?
    The hidden state is a message that the old weights wrote to themselves. The new weights read it as their own memory.
    Nothing crashes; actions and values are off until the episode of each environment ends.

    ## Example
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    model.learn(10_000)
    model.set_parameters("donor.zip")
    model.learn(10_000, reset_num_timesteps=False)
    ```

    ## Use instead
    ```python
    from sb3_contrib import RecurrentPPO
    from lstm_runtime import reset_lstm_states_to_initial

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    model.learn(10_000)
    model.set_parameters("donor.zip")
    reset_lstm_states_to_initial(model)
    model.learn(10_000, reset_num_timesteps=False)
    ```

    ## Fix safety
    Safe when the receiver is a plain name or attribute chain, it is known or assumed to be recurrent, and the reset has
    one place to go. In `_on_step` of an SB3 callback a reset has no effect, so the fix is only shown: move the
    replacement to `_on_rollout_start`.
    """

    code = "RSH001"
    name = "stale-state-after-load"
    summary = "weights replaced, the carried recurrent state neither reset nor re-warmed before it is used"
    default_level = "error"
    fixable = "sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Stale states that are used, or that leave in an object other than ``self``."""
        for verdict in reported(trace, "stale"):
            if trace.is_kept_by_method(verdict):
                continue
            message = (
                f"`{verdict.record.event.receiver}` gets other weights, but {state(verdict)} is kept: "
                f"{consequence(verdict)}"
            )
            yield self.finding(trace, verdict, level_of(trace, verdict), message, notes(verdict), trace.fix(verdict))


def level_of(trace: Trace, verdict: Verdict) -> Level:
    """Error when all of it was read and proven; warning when one link is inferred; note when two are."""
    used = [fate for fate in verdict.fates if fate.how == "used"]
    record = verdict.record
    if not used and record.parameter and not record.typed and verdict.strength != "proven":
        return Level.NOTE
    if not used or verdict.strength != "proven" or record.capped or trace.in_callback(verdict):
        return Level.WARNING
    if all(fate.capped for fate in used) or not record.before & {"carrying", "stale"}:
        return Level.WARNING
    return Level.ERROR
