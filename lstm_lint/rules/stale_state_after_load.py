"""RSH001."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule, reported
from lstm_lint.rules.wording import consequence, keeps, notes, replaced

if TYPE_CHECKING:
    from lstm_lint.project.fragments import Between
    from lstm_lint.typestate.trace import Trace, Verdict


class StaleStateAfterLoad(Rule):
    """
    ## What it does
    Reports a recurrent policy whose weights are replaced in one stroke (`load_state_dict`, `set_parameters`,
    `load_from_vector`, a copy loop over the parameters, `model.policy = other`) while it carries a hidden state that
    the old weights made. The state is then used, or leaves the code that was read, with no reset in between. A
    variable that stands for another model from here on (`model = RecurrentPPO.load(path)`) counts too, when the state
    that the model before it made is then handed to it.

    So does a pool of policies that takes other ones (`pool.update_policies()`) while a state goes through it.

    So does what a coroutine keeps in a variable while it waits within an episode, and a task beside it loads.

    So does a policy that a callback of RLlib gives other weights between two fragments of the episodes that it samples.

    And so does the other player in the `step(action)` of an environment, which takes over the learner's weights every
    so many updates: it is no copy that acts for the learner.
    Nor is one that gets the learner's weights or, as chance has it, those of a former self out of a pool.

    It is an error when everything was seen: the policy is known to be recurrent, its state was carried before, and a
    call uses it afterwards. It is a warning when one of these is inferred, when the state leaves the code unused, or
    when the weights are earlier ones of the same policy, which others have replaced and which made no such state; a
    note when the policy is a parameter that nothing declares and nothing in view uses its state.

    ## Why is this bad?
    The hidden state is a message that the old weights wrote to themselves. The new weights read it as their own
    memory. Nothing crashes and nothing warns. Actions and values can be off, often for a few steps and at most until
    the episode of each environment ends; where episodes do not end, nothing ever clears the state.

    A reset starts the memory anew. Where the last observations are at hand, replaying them through the new weights
    (re-warming) is better, since it also keeps what has happened in the episode so far. This matters most when the
    new weights are close relatives of the old ones: then the old memory was still good, and a reset throws it away.

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
    The fix adds a reset after the replacement: a reset method that the class already has, else
    `reset_lstm_states_to_initial` from `lstm_runtime`, or what `reset-call` and `fix-with` say. A state in a local
    variable that began as None becomes None again.

    It is safe when the receiver is a plain name or attribute chain and the reset has one place to go. It is unsafe
    where the reset does more than reset. A method that initialises or loads weights, begins an episode of an
    environment, or returns an observation, which would be dropped, is not called: the state itself is set to None where
    `__init__` does so. A fix is only displayed where no edit is sound: in `_on_step` of an SB3
    callback a reset has no effect, because the rollout keeps the state in a local variable, so the replacement itself
    has to move to `_on_rollout_start`; and weights of its own that an object gets back (a rollback) could still use a
    memory that a reset throws away, so there it is for the reader to re-warm or to reset.
    """

    code = "RSH001"
    name = "stale-state-after-load"
    summary = "weights are replaced, and the carried recurrent state is not reset before it is used"
    default_level = "error/warning"
    fixable = "sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Stale states that are used, or that leave in an object other than ``self``."""
        for verdict in reported(trace, "stale"):
            if trace.is_kept_by_method(verdict):
                continue
            message = f"{replaced(verdict)}, but {keeps(verdict)}: {consequence(verdict)}"
            level = level_of(trace, verdict)
            yield self.finding(trace, verdict, level, message, notes(trace, verdict), trace.fix(verdict))
        for each in trace.drawn:
            message = (
                f"`{each.pool}` takes other policies, but `{each.state}` keeps the recurrent state of the ones before: "
                f"the next `{each.by}()` reads it"
            )
            why = Because(each.path, each.at.line, each.at.column, f"`{each.by}()` reads the old state")
            yield self.finding_at(trace, each.path, each.span, Level.WARNING, message, (why,))
        for given in trace.between:
            message = f"`{given.policy}` gets other weights in `{given.hook}`, {_in_mid_episode(given)}"
            yield self.finding_at(trace, given.path, given.span, Level.WARNING, message, ())


def _in_mid_episode(given: Between) -> str:
    if given.of_one:
        return "where other environments that share it are in mid-episode: nothing resets the recurrent states of these"
    states = "nothing resets the recurrent states that are carried from one to the next"
    return f"between two fragments of its episodes: {states}"


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
