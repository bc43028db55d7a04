"""RSH012."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule, reported
from lstm_lint.typestate.trace import Trace


class UnknownReceiver(Rule):
    """
    ## What it does
    Notes an SB3-shaped weight replacement (`model.policy.load_state_dict`, `model.set_parameters`,
    `model.policy.load_from_vector`) that no reset follows, on a receiver whose type nothing tells.

    ## Why is this bad?
    If the receiver is a recurrent algorithm this is RSH001. The linter stays silent about what it does not know, and
    says here that it does not know.

    ## Example
    ```python
    def exploit(model, checkpoint):
        model.policy.load_state_dict(checkpoint["policy"])
        model.learn(2048, reset_num_timesteps=False)
    ```

    ## Use instead
    ```python
    from lstm_runtime import reset_lstm_states_to_initial
    from sb3_contrib import RecurrentPPO


    def exploit(model: RecurrentPPO, checkpoint):
        model.policy.load_state_dict(checkpoint["policy"])
        reset_lstm_states_to_initial(model)
        model.learn(2048, reset_num_timesteps=False)
    ```

    ## Fix safety
    None; with `assume-recurrent` the receiver counts as recurrent and RSH001 and its fix apply.
    """

    code = "RSH012"
    name = "unknown-receiver"
    summary = "an SB3-shaped load without a reset on a receiver whose type nothing tells"
    default_level = "note"
    fixable = "with assume-recurrent"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Replacements on receivers that nothing tells about."""
        for verdict in reported(trace, "unknown"):
            receiver = verdict.record.event.receiver.removesuffix(".policy")
            message = (
                f"cannot tell whether `{receiver}` is recurrent; if it is, its state is not reset after this load; "
                f"annotate it (`{receiver.rpartition('.')[2]}: RecurrentPPO`) or set assume-recurrent"
            )
            yield self.finding(trace, verdict, Level.NOTE, message)
