"""RSH008."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint.model import Finding, Level
from lstm_lint.rules.rule import Rule

if TYPE_CHECKING:
    from lstm_lint.typestate.trace import Trace

_KEPT = {
    "pool": "what is kept",
    "attribute": "the attribute",
    "variable": "the variable",
}


class LiveWeightSnapshot(Rule):
    """
    ## What it does
    Reports weights of a recurrent policy that are kept for later without a copy: `get_parameters()` or `state_dict()`
    put into a pool, an attribute or a variable that outlives further training. Not where they are saved to a file,
    loaded into another network at once, or copied.

    A list or dict of the parameters themselves, `[p.data for p in net.parameters()]`, is one where its tensors are
    written back into their network later, or out of a pool into any. One that an optimizer gets, or that is only
    read, is none.

    ## Why is this bad?
    Both calls give the tensors of the network, not copies of them. The next optimizer step writes to these very
    tensors, so that the "best weights", the old opponent or the backup are always the newest weights. A load of them
    into their own network changes nothing. `dict(...)` and `.copy()` copy the dictionary and not the tensors.

    ## Example
    ```python
    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    pool = []
    for _ in range(10):
        model.learn(10_000)
        pool.append(model.get_parameters())
    ```

    ## Use instead
    ```python
    import copy

    from sb3_contrib import RecurrentPPO

    model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
    pool = []
    for _ in range(10):
        model.learn(10_000)
        pool.append(copy.deepcopy(model.get_parameters()))
    ```

    ## Fix safety
    Safe: the call is wrapped in `deepcopy`, and the import is added where it is missing. The copy takes as much memory
    as the weights do.
    """

    code = "RSH008"
    name = "live-weight-snapshot"
    summary = "weights are kept for later without a copy, and follow the training"
    default_level = "warning"
    fixable = "yes"

    def check(self, trace: Trace) -> Iterable[Finding]:
        """Live weights that outlive a training step."""
        from lstm_lint import walk
        from lstm_lint.project.snapshots import snapshots
        from lstm_lint.typestate.copying import deepcopied

        for each in snapshots(trace.project, trace.report_on):
            name = walk.render(each.holder) or "the network"
            message = (
                f"these are the weights of `{name}` themselves, not a copy: {_KEPT[each.kept]} follows the training"
            )
            path = each.body.scope.module.path
            fix = deepcopied(trace, each.body.scope, each.value.span) if each.can_be_copied else None
            yield self.finding_at(trace, path, each.value.span, Level.WARNING, message, (), fix)
