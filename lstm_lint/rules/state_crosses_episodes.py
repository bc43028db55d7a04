"""RSH006."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule, because
from lstm_lint.rules.stepping_wording import found, stepper

if TYPE_CHECKING:
    from lstm_lint.model import Span
    from lstm_lint.typestate.trace import Trace


class StateCrossesEpisodes(Rule):
    """
    ## What it does
    Reports a recurrent state that is carried on when an episode ends: the environment is reset while the state is
    kept, and the call that reads the state next is not told (`episode_start`, a mask, a flag).

    A policy of a library that takes a state and no mask, as RLlib's `compute_single_action()` does, goes on from what
    its caller hands it.

    A flag tells of nothing where it is older than the reset with which a rollout begins, or cleared after that reset.
    A state that is multiplied by the flag of the end itself, `h * done`, is masked the wrong way round.

    Environments that begin anew by themselves, a vector of them, end episodes in their steps: what these say of it has
    to reach the state. It does not where a step is cut short before the ends, `envs.step(a)[:2]`, nor where they only
    go into a buffer. Those that are received from and sent to in turn, `envs.recv()` and `envs.send(a)`, are such.

    A world whose methods go by other names is known by what is done with them, where it is made for one episode:
    `chart = patient.admit()`, and `chart, over = patient.treat(dose)` in a loop until it is over.

    An agent that is handed flags of an end is told by them where a state may go by what it makes of them. It is not
    where they only begin another thing anew, a plan or a count.

    A loop over steps that is broken off at an end is reported where the environment begins anew by itself and the loop
    around it goes on with the state.
    So is the update of a policy that goes through the same recorded steps several times, in their order, and begins the
    state once: the second pass begins with the state of their end.

    A features extractor or policy of Stable-Baselines3 that keeps a state of its own between two calls of `forward` is
    reported too: the algorithm tells it of no episode's end.

    So is the state of an opponent that the `step` of an environment keeps, where nothing else names that attribute:
    `reset` leaves it as it is.

    So is a state that a network keeps for whoever asks it to act, where nothing in view can begin it anew, while the
    training of that network clears the state that it hands to the same step.

    Where a function or class is named after trials or lifetimes, as in meta-learning, or a module whose code begins the
    memory or is handed it, or what is called in a loop that begins the memory before those over episodes, a memory is
    meant to outlive its episodes, and nothing is said.

    A state that is set anew, zeroed or masked where the episode ends is fine, and so is a network that is handed the
    flag and applies it inside.

    ## Why is this bad?
    The first steps of the new episode are taken on the memory of the old one. In training each episode began with the
    initial state, so the policy has never seen such a memory.

    ## Example
    ```python
    import gymnasium as gym
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("agent.zip")
    env = gym.make("CartPole-v1")
    obs, _ = env.reset()
    lstm_states = None
    for _ in range(1000):
        action, lstm_states = model.predict(obs, state=lstm_states)
        obs, reward, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            obs, _ = env.reset()
    ```

    ## Use instead
    ```python
    import gymnasium as gym
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("agent.zip")
    env = gym.make("CartPole-v1")
    obs, _ = env.reset()
    lstm_states = None
    for _ in range(1000):
        action, lstm_states = model.predict(obs, state=lstm_states)
        obs, reward, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            obs, _ = env.reset()
            lstm_states = None
    ```

    ## Fix safety
    The fix sets the state to None where the environment is reset. It is unsafe, because it changes the actions that
    the policy takes. It is offered where the state is a variable of the function that resets the environment, where the
    reset is no part of an expression that may skip it, and where nothing else reads the state between the reset and the
    next step: None has no entries.
    """

    code = "RSH006"
    name = "state-crosses-episodes"
    summary = "a carried state goes on into the next episode, with no mask and no reset"
    default_level = "warning"
    fixable = "unsafe, sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Calls that read a state which was carried when an episode ended."""
        for step in trace.steps:
            if step.outcome == "crossed":
                assert step.other is not None
                what = "the state of" if step.record.spec is None else "the state handed to"
                message = f"{what} {stepper(trace, step)} outlives its episode: nothing resets or masks it"
                note = "an episode ends here"
                if step.replayed:
                    message = f"{what} {stepper(trace, step)} goes on from one pass over the recorded steps to the next"
                    note = "each pass begins here, with the state of the last one's end"
                yield found(self, trace, step, message, (because(step.other, note),))
        for each in trace.project.unmasked:
            site = trace.site(each.function, each.call.span)
            if site.path in trace.report_on:
                message = (
                    f"`self.{each.attribute}` is kept from one `{each.function.fact.name}()` to the next, and nothing "
                    "tells it where an episode ends: the state goes on into the next one"
                )
                covers = trace.header(site) or site.span
                yield Finding(self.code, self.name, Level.WARNING, site.path, site.span, message, covers=covers)
        if not trace.project.library:
            yield from self._never_begun(trace, {(step.site.path, step.site.span) for step in trace.steps})

    def _never_begun(self, trace: Trace, told: set[tuple[str, Span]]) -> Iterable[Finding]:
        """States that a network keeps for good."""
        from lstm_lint.typestate.never_begun import never_begun

        for each in never_begun(trace.project, trace.report_on):
            site = trace.site(each.function, each.call.span)
            if (site.path, site.span) in told:
                continue
            message = (
                f"`self.{each.attribute}` goes on from one `{each.function.fact.name}()` to the next for good: "
                "nothing begins it anew where an episode does"
            )
            there = each.cleared.scope.module.path
            notes = (Because(there, each.at.line, each.at.column, "the state handed in here is cleared at each end"),)
            covers = trace.header(site) or site.span
            yield Finding(self.code, self.name, Level.WARNING, site.path, site.span, message, notes, covers=covers)
