"""RSH011."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule, because, reported
from lstm_lint.rules.wording import receiver

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace


class LoadWithoutReset(Rule):
    """
    ## What it does
    Notes a weight replacement on a recurrent policy that no reset follows, where that does no harm: no state is
    carried yet, or the next call starts from the initial state by itself (`learn()` with its default
    `reset_num_timesteps=True`, `set_env`).

    ## Why is this bad?
    It is not, as the code stands. It becomes RSH001 as soon as the model is stepped before the load, or
    `reset_num_timesteps=False` is passed after it.

    ## Example
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    model.set_parameters("donor.zip")
    model.learn(10_000)
    ```

    ## Use instead
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("donor.zip", env="CartPole-v1")
    model.learn(10_000)
    ```

    ## Fix safety
    The reset of RSH001 is offered. `--fix` applies it only when this rule is selected by name (`--select RSH011`).
    """

    code = "RSH011"
    name = "load-without-reset"
    summary = "no reset follows a load, but it is harmless here"
    default_level = "note"
    fixable = "when selected by name"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Replacements whose state was fresh, or that a later call neutralises; not those with a reset all the same."""
        asked = {(s.path, s.span) for each in (*trace.requested, *trace.watched) for s in (each.site, each.load)}
        noted = {(each.path, each.span) for each in trace.followers}
        for verdict in reported(trace, "harmless"):
            if (verdict.site.path, verdict.site.span) in asked | noted:
                continue  # RSH002 tells of the request or the task that may come at any time, RSH003 of the sync
            anew = sorted({(f.site, f.what) for f in verdict.fates if f.how == "neutralised" and f.site is not None})
            why = f"`{anew[0][1]}` starts from the initial state" if anew else "no state is carried yet"
            notes = tuple(because(site, f"`{what}` starts from the initial state") for site, what in anew)
            message = f"no reset follows the load into `{receiver(verdict)}`, and none is needed: {why}"
            fix = trace.fix(verdict)
            if fix is None or not trace.is_made(verdict.site.path, fix):
                yield self.finding(trace, verdict, Level.NOTE, message, notes, fix)
