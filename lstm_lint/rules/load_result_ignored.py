"""RSH007."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace


class LoadResultIgnored(Rule):
    """
    ## What it does
    Reports `model.load(path)` as a statement of its own, on a recurrent algorithm of Stable-Baselines3, and the same
    on its policy. `load` is a classmethod: it builds a new model from the file and returns it, and the statement throws
    that model away. So does `there and model.load(path)`.

    It is an error when the class of the receiver is known, a warning when it is inferred (an untyped `model` in a file
    whose only algorithms are recurrent). In other libraries an agent's `load` changes the agent, and is not reported.

    An algorithm without a memory of its own, `PPO` or `SAC`, is reported where its class is known and a recurrent
    network of yours is in the same file or imported there: one in the environment, or in an extractor of features.

    ## Why is this bad?
    Nothing changes: `model` keeps its old weights and its old hidden state, and training or evaluation goes on with
    them. No warning is printed, and the time that reading the file takes looks like a load.

    ## Example
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    model.load("pretrained.zip")
    model.learn(10_000)
    ```

    ## Use instead
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO.load("pretrained.zip", env="CartPole-v1")
    model.learn(10_000)
    ```

    ## Fix safety
    Unsafe, since the program then does what it never did. A load of nothing but a path, perhaps to a device, becomes
    `model.set_parameters(path)`: the object stays the same, and so do its environment, its logger, and whatever else
    refers to it. Where the model may be in the middle of an episode, the reset that new weights need is written after
    it. A load with an `env` or other settings becomes `model = model.load(...)` and keeps them, since `set_parameters`
    takes none, with `model.get_env()` for an `env` that is left out or None; the new model carries no state, so there
    is nothing to reset. The model of a callback or of a caller cannot be replaced like that, nor can one
    within an expression, and the fix is only displayed.
    """

    code = "RSH007"
    name = "load-result-ignored"
    summary = "the model that `load` returns is thrown away, and the receiver keeps its old weights"
    default_level = "error/warning"
    fixable = "unsafe"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Statements that are a call of a builder on an object."""
        from lstm_lint import walk
        from lstm_lint.project.dropped_loads import dropped_loads
        from lstm_lint.typestate import reloading

        for load in dropped_loads(trace.project, trace.report_on):
            level = Level.ERROR if load.known.strength == "proven" else Level.WARNING
            path = load.body.scope.module.path
            name = walk.render(load.receiver) or "the model"
            new = "a new policy" if load.is_policy else "a new model"
            message = f"`load` returns {new} and leaves `{name}` as it is: its weights do not change"
            fix = reloading.plan(trace, load.body, load.call, load.known)
            yield self.finding_at(trace, path, load.call.span, level, message, (), fix)
