"""RSH010."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule
from lstm_lint.rules.stepping_wording import found, stepper

if TYPE_CHECKING:
    from lstm_lint.typestate.lowered import Lowered
    from lstm_lint.typestate.stepping import Step
    from lstm_lint.typestate.trace import Trace


class EpisodeStartStuck(Rule):
    """
    ## What it does
    Reports a recurrent `predict` in a loop that carries the state but is told at every step that the episode has just
    begun: `episode_start` is a constant True, or an array of ones that nothing ever replaces by the `dones` of the
    step.

    `flag or np.ones(1)` is true whatever the flag is, and so is a `predict` of your own that makes its mask like that:
    whoever hands it the state gets nothing of it back.

    Masks are reported, too, that a loop over several episodes takes down where one ends, `masks[dones] = 0`, and never
    puts up again: at each later step they wipe the state of that environment.

    ## Why is this bad?
    Where `episode_start` is true the policy multiplies the state it is given by zero. The state is carried in the
    script and wiped in the policy, so that it has no memory at all.

    ## Example
    ```python
    import numpy as np
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    env = model.get_env()
    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((1,), dtype=bool)
    for _ in range(1000):
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts)
        obs, rewards, dones, infos = env.step(action)
    ```

    ## Use instead
    ```python
    import numpy as np
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    env = model.get_env()
    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((1,), dtype=bool)
    for _ in range(1000):
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts)
        obs, rewards, dones, infos = env.step(action)
        episode_starts = dones
    ```

    ## Fix safety
    The fix assigns what the step says about the end of the episode to the variable that is passed; a constant, and a
    variable that is used for something else as well, make room for one of its own. It is unsafe, because it changes the
    actions that the policy takes. There is none where the flag is an attribute or is made anew at every step.
    """

    code = "RSH010"
    name = "episode-start-stuck"
    summary = "`episode_start` is true at every step, so the policy wipes the state that it is handed"
    default_level = "warning"
    fixable = "unsafe, sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Calls that run again in an episode with a carried state and a mask that is always true."""
        from lstm_lint.typestate.lowered import lowered

        for step in trace.steps:
            if step.outcome == "wiped":
                message = (
                    f"{stepper(trace, step)} gets {_flag(step)} that is true at every step: "
                    "the policy wipes the state that it is handed"
                )
                yield found(self, trace, step, message)
        for mask in lowered(trace.project, trace.report_on) if not trace.project.library else ():
            yield self._lowered(trace, mask)

    def _lowered(self, trace: Trace, each: Lowered) -> Finding:
        """A mask that stays as the end of an episode left it."""
        from lstm_lint import walk
        from lstm_lint.typestate.paths import Site

        path, span, where = each.module.path, each.call.span, each.where.span
        name = walk.render(each.call.func) or "the call"
        message = (
            f"`{name}()` gets `{each.mask}`, which nothing puts up again after the end of an episode: from then on "
            "the state that it is handed is wiped at every step"
        )
        notes = (Because(path, where.line, where.column, "the mask is taken down here"),)
        covers = trace.header(Site(each.module.name, path, span, -1, "")) or span
        return Finding(self.code, self.name, Level.WARNING, path, span, message, notes, covers=covers)


def _flag(step: Step) -> str:
    """The argument that says where episodes begin, as the library calls it."""
    mask = step.record.spec.mask if step.record.spec is not None else "episode_start"
    return f"{'an' if mask[:1] in 'aeiou' else 'a'} `{mask}`"
