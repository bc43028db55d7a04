"""RSH005."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint.model import Because, Finding, Level
from lstm_lint.rules.rule import Rule
from lstm_lint.rules.stepping_wording import found, stepper

if TYPE_CHECKING:
    from lstm_lint import facts
    from lstm_lint.model import Span
    from lstm_lint.project import Module
    from lstm_lint.project.renewed import Renewed
    from lstm_lint.project.unread import Unread
    from lstm_lint.typestate.left_out import LeftOut
    from lstm_lint.typestate.misplaced import Misplaced
    from lstm_lint.typestate.one_by_one import OneByOne
    from lstm_lint.typestate.opponents import Opponent
    from lstm_lint.typestate.stepping import Step
    from lstm_lint.typestate.trace import Trace


class PredictDropsState(Rule):
    """
    ## What it does
    Reports a `predict` of a recurrent policy that runs step after step in one episode and gets the initial state each
    time: `state` is not passed, or is always None, because the new state that `predict` returns goes nowhere (to `_`,
    indexed away, overwritten with None, only read out). Where `predict` stands in another function, such as an agent's
    `act`, the loop that calls it has to be in view.

    A loop that steps no environment counts as well where it is one episode by itself: it goes on for ever or waits for
    what comes next, as a robot or a trading bot does, or what the policy decides has its effect on the next round. So
    does a function that is handed to a timer, a schedule or a source of messages, and `next` of a strategy of
    backtrader. A guard such as `hasattr(model.policy, "lstm")` is known not to pass, and the other arm is what runs.

    A network of your own is reported where the loop that steps the environment makes its state anew at every step, by
    `init_hidden()` or by zeros, and where one call is sure to be one step: the network is built of cells, or the loop
    carries the state on, in vain, from one that was made before it. So is one that gets the state from before the loop
    at every step, while the state that it returns is dropped; where no environment is stepped, what was decided comes
    back to what it sees, or a signal comes in pieces of one length, by a pipe or from a microphone. And so is one that
    is called without a state, or with None, in the loop or in a function that the loop asks at each step, where its
    input is seen to be one step long and no window of many, or it is built of cells, and the state that it returns is
    dropped.

    So is a `forward` that is handed a state and never reads it, while its recurrent layer is called with the input
    alone and the caller keeps the state that comes out for the next call.

    So is a call in a loop that hands the state over as another parameter than the one that is meant for it.

    A single call, and a loop in which each iteration begins an episode, are left alone, and so is `evaluate_policy` of
    Stable-Baselines3, which carries the state itself.

    ## Why is this bad?
    The policy was trained with a memory and is now run without one: each step looks like the first of an episode.
    Nothing fails; scores are lower than in training, and whatever the memory was for does not work.

    ## Example
    ```python
    import gymnasium as gym
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("agent.zip")
    env = gym.make("CartPole-v1")
    obs, _ = env.reset()
    done = False
    while not done:
        action, _ = model.predict(obs, deterministic=True)
        obs, reward, terminated, truncated, _ = env.step(action)
        done = terminated or truncated
    ```

    ## Use instead
    ```python
    import gymnasium as gym
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("agent.zip")
    env = gym.make("CartPole-v1")
    obs, _ = env.reset()
    done = False
    lstm_states = None
    episode_starts = True
    while not done:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, reward, terminated, truncated, _ = env.step(action)
        done = terminated or truncated
        episode_starts = done
    ```

    ## Fix safety
    The fix carries the state in a variable that is None before the loop, and feeds what the step says about the end of
    the episode back as `episode_start`; a loop that is one episode by itself has no end to tell of. The fix is unsafe,
    because it changes the actions that the policy takes. There is none where call and loop are in different functions,
    where a loop that steps an environment does not name the end of the episode, where several statements would have to
    move, or where the loop runs more than one policy: each needs a state of its own.
    """

    code = "RSH005"
    name = "predict-drops-state"
    summary = "a recurrent `predict` in a loop gets the initial state at every step: the policy has no memory"
    default_level = "warning"
    fixable = "unsafe, sometimes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Calls that run again in an episode and are always fed the initial state, each told once."""
        run = list(self._by_runs(trace))
        told = {(each.path, each.span) for each in run}
        yield from run
        for finding in self._by_shape(trace):
            if (finding.path, finding.span) not in told:
                told.add((finding.path, finding.span))
                yield finding

    def _by_runs(self, trace: Trace) -> Iterator[Finding]:
        """What a run of the code came to, which knows most of it."""
        for step in trace.steps:
            if step.outcome == "dropped":
                what = "gets the initial state at every step" if step.called else _what(step)
                message = f"{stepper(trace, step)} {what}: the policy has no memory here"
                yield found(self, trace, step, message)

    def _by_shape(self, trace: Trace) -> Iterator[Finding]:
        """What the shape of the code tells."""
        from lstm_lint.typestate.left_out import left_out
        from lstm_lint.typestate.misplaced import misplaced
        from lstm_lint.typestate.never_fed import never_fed
        from lstm_lint.typestate.one_by_one import one_by_one
        from lstm_lint.typestate.opponents import opponents

        for each in trace.renewed:
            yield self._renewed(trace, each)
        for unfed in never_fed(trace.project, trace.report_on) if not trace.project.library else ():
            yield self._renewed(trace, unfed)
        for call in left_out(trace.project, trace.report_on) if not trace.project.library else ():
            yield self._left_out(trace, call)
        for single in one_by_one(trace.project, trace.report_on) if not trace.project.library else ():
            yield self._one_by_one(trace, single)
        for handed in misplaced(trace.project, trace.report_on) if not trace.project.library else ():
            yield self._misplaced(trace, handed)
        for unread in trace.project.unread:
            if unread.function.module.path in trace.report_on:
                yield self._unread(trace, unread)
        told = {(step.site.path, step.site.span) for step in trace.steps}
        for asked in opponents(trace.project, trace.report_on) if not trace.project.library else ():
            if (asked.module.path, asked.call.span) not in told:
                yield self._asked(trace, asked)

    def _at(self, trace: Trace, module: Module, span: Span, message: str, notes: tuple[Because, ...] = ()) -> Finding:
        """A finding at a call, which a pragma behind the head of its statement covers as well."""
        from lstm_lint.typestate.paths import Site

        covers = trace.header(Site(module.name, module.path, span, -1, "")) or span
        return Finding(self.code, self.name, Level.WARNING, module.path, span, message, notes, covers=covers)

    def _asked(self, trace: Trace, each: Opponent) -> Finding:
        """A model that an environment was handed, asked in its step."""
        from lstm_lint import walk

        span, there = each.call.span, each.handed
        name = walk.render(each.call.func) or "predict"
        message = f"`{name}()` runs at every step without `{each.argument}`: the policy has no memory here"
        notes = (Because(each.path, there.line, there.column, "the environment is handed a recurrent model here"),)
        return self._at(trace, each.module, span, message, notes)

    def _unread(self, trace: Trace, each: Unread) -> Finding:
        """A network that does not read the state that it is handed."""
        from lstm_lint import walk

        module, span = each.function.module, each.call.span
        layer = walk.render(each.call.func) or "the layer"
        message = (
            f"`{layer}()` begins with the initial state at every call: `{each.function.fact.name}()` is handed "
            f"`{each.parameter}` and never reads it"
        )
        return self._at(trace, module, span, message)

    def _misplaced(self, trace: Trace, each: Misplaced) -> Finding:
        """A call that hands the state over as another parameter."""
        from lstm_lint import walk

        name = walk.last_name(each.call.func)
        message = (
            f"`{name}()` is handed `{each.state}` as `{each.parameter}` and `{each.other}` as `{each.meant}`: "
            "the network has no memory here"
        )
        return self._at(trace, each.module, each.call.span, message)

    def _left_out(self, trace: Trace, each: LeftOut) -> Finding:
        """A call without the state that other code carries on."""
        from lstm_lint import walk

        span, there = each.call.span, each.carried
        name = walk.last_name(each.call.func)
        message = f"`{name}()` {_without(each.call, each.argument)}: the network has no memory here"
        notes = (Because(each.path, there.line, there.column, "here the state goes from call to call"),)
        return self._at(trace, each.module, span, message, notes)

    def _one_by_one(self, trace: Trace, each: OneByOne) -> Finding:
        """A network that sees one step at a time, each as if it were the first."""
        from lstm_lint import walk

        span, shown = each.call.span, each.shown.span
        name = walk.last_name(each.call.func)
        message = f"`{name}()` {_without(each.call, each.argument)}: the network has no memory here"
        notes = (Because(each.path, shown.line, shown.column, "what it sees is one step long"),)
        return self._at(trace, each.module, span, message, notes)

    def _renewed(self, trace: Trace, each: Renewed) -> Finding:
        """A network of one's own that begins anew at every step, told where it is stepped."""
        from lstm_lint import walk  # not above: most files need no parser

        path, span, begun = each.module.path, each.call.span, each.begun.span
        name = walk.last_name(each.call.func)
        what = (
            "the initial state at every step, and its next one goes nowhere"
            if each.dropped
            else ("a state that was made anew at every step")
        )
        message = f"`{name}()` gets {what}: the network has no memory here"
        there = "the state is made here" if each.dropped else "the state is made anew here"
        notes = (Because(path, begun.line, begun.column, there),)
        return self._at(trace, each.module, span, message, notes)


def _without(call: facts.Call, argument: str) -> str:
    """How a call goes without a state: it leaves it out, or says None."""
    from lstm_lint import walk

    if any(walk.is_none(each.value) for each in call.arguments):
        return f"gets None as `{argument}` at every step"
    return f"runs at every step without `{argument}`"


def _what(step: Step) -> str:
    spec = step.record.spec
    assert spec is not None
    if not step.gives_state:
        return f"runs at every step without `{spec.argument}`"
    return f"gets the initial `{spec.argument}` at every step"
