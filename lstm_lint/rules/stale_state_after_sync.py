"""RSH003."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule, reported
from lstm_lint.rules.wording import consequence, keeps, notes, replaced

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace


class StaleStateAfterSync(Rule):
    """
    ## What it does
    Notes a sync from a copy that is being trained (an A3C worker, an IMPALA or R2D2 actor, a target network that
    acts) while the receiver carries a recurrent state. Since it is a note, it is also said where the code only has
    that shape: weights that come from a learner or another process go into something of unknown class, and the loop or
    object around it keeps what looks like a recurrent state and does not reset it.

    ## Why is this bad?
    Often it is not: a few optimizer steps change little, and a reset would throw away a memory that is still good. It
    matters when syncs are rare and the trained copy is far ahead. So it is a note, and fails no run by default.

    ## Example
    ```python
    import torch
    from torch import nn


    def act(shared: nn.LSTM, env):
        local = nn.LSTM(4, 8)
        state = None
        obs = env.reset()
        while True:
            local.load_state_dict(shared.state_dict())
            out, state = local(torch.as_tensor(obs), state)
            obs = env.step(out)
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn


    def act(shared: nn.LSTM, env):
        local = nn.LSTM(4, 8)
        while True:
            local.load_state_dict(shared.state_dict())
            state = None
            obs = env.reset()
            for _ in range(100):
                out, state = local(torch.as_tensor(obs), state)
                obs = env.step(out)
    ```

    ## Fix safety
    There is no fix. Whether to reset, to re-warm or to keep the state is a decision.
    """

    code = "RSH003"
    name = "stale-state-after-sync"
    summary = "weights follow a trained copy in small steps, and the carried state is kept"
    default_level = "note"
    fixable = "no"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Stale states whose weights came by a sync."""
        for verdict in reported(trace, "sync"):
            message = f"{replaced(verdict)} from a trained copy, and {keeps(verdict)}: {consequence(verdict)}"
            yield self.finding(trace, verdict, Level.NOTE, message, notes(trace, verdict))
        for each in trace.followers:
            kept = each.kept
            what = f"`{kept.name}`" if kept.name else "the states that are carried with it"
            message = f"`{each.receiver}` follows a trained copy, and nothing here resets {what}"
            said = "is kept from step to step, which makes it a recurrent state if the network is recurrent"
            text = f"`{kept.name}` {said}" if kept.name else "who acts with this network carries its recurrent state"
            why = Because(kept.path, kept.span.line, kept.span.column, text)
            yield self.finding_at(trace, each.path, each.span, Level.NOTE, message, (why,))
