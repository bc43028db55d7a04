"""RSH012."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule, reported

if TYPE_CHECKING:
    from lstm_lint.project import ClassInfo
    from lstm_lint.typestate.trace import Trace


class UnknownReceiver(Rule):
    """
    ## What it does
    Notes a weight replacement in the shape of Stable-Baselines3 (`model.policy.load_state_dict`,
    `model.set_parameters`, `model.policy.load_from_vector`) that no reset follows, on a receiver whose type nothing
    tells. It is printed although it is a note, because only you can answer it.

    ## Why is this bad?
    If the receiver is a recurrent algorithm, this is RSH001. The linter reports nothing where it does not know, and
    here it says that it does not know.

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
    There is no fix. Once the parameter is annotated, or `assume-recurrent` names the file or the receiver, RSH001 and
    its fix apply.
    """

    code = "RSH012"
    name = "unknown-receiver"
    summary = "no reset follows a load, and nothing tells whether the receiver is recurrent"
    default_level = "note"
    fixable = "with assume-recurrent"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Replacements on receivers that nothing tells about."""
        for verdict in reported(trace, "unknown"):
            receiver = verdict.record.event.receiver.removesuffix(".policy")
            chosen = {deciding(trace, klass) for slotted in verdict.record.remedies for klass in slotted.classes}
            advice = f"annotate it (`{receiver.rpartition('.')[2]}: RecurrentPPO`) or set assume-recurrent"
            if chosen and all(chosen):
                advice = f"`{min(chosen)}=` of its constructor decides, which is not in view"
            message = (
                f"cannot tell whether `{receiver}` is recurrent; if it is, its state is not reset after this load: "
                f"{advice}"
            )
            yield self.finding(trace, verdict, Level.NOTE, message)


def deciding(trace: Trace, klass: ClassInfo | str) -> str:
    """The constructor's argument that decides whether an object of a library's class is recurrent, "" for none."""
    rows = trace.project.classes.rows(klass)
    return next((row.recurrent_if.argument for row in rows if row.recurrent_if is not None), "")
