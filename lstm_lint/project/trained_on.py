"""Whether a network is trained on after a place in the code where its weights were taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.bodies import Body
from lstm_lint.project.placed import Placed, begins, binds, line_of, mentions
from lstm_lint.project.trainings import Trainings

if TYPE_CHECKING:
    from lstm_lint.project import Project


class TrainedOn:
    """Of one function, or of the top level of a module."""

    def __init__(self, project: Project, body: Body, placed: Sequence[Placed]) -> None:
        self._placed = placed
        self._trainings = Trainings(project, body, placed)

    def lines(self, holder: facts.Expr, name: str) -> list[int]:
        """Where the network may be trained, or given other weights than those in the variable of that name."""
        return self._trainings.lines(holder, name)

    def goes_on(self, placed: Placed, holder: facts.Expr, name: str = "") -> bool:
        """Whether a network is trained on after an action; what is called ``name`` is to hold its weights by then."""
        made = [line_of(each.action) for each in self._placed if begins(each.action, name)]
        loops = [loop for loop in placed.loops if not any(loop.line <= line <= loop.end_line for line in made)]
        loops = [loop for loop in loops if not self.is_bound_in(loop, holder)]
        trained = self.lines(holder, name)
        line = line_of(placed.action)
        after = [t for t in trained if t > line and not _is_own_loop(t, placed, loops)]
        return bool(after) or any(loop.line <= t <= loop.end_line for loop in loops for t in trained)

    def is_bound_in(self, loop: Span, holder: facts.Expr) -> bool:
        """Whether the network is another one in each round of a loop."""
        name = (walk.chain(holder) or "").partition(".")[0]
        for each in self._placed:
            at = line_of(each.action)
            if loop.line <= at <= loop.end_line:
                if isinstance(each.action, facts.Iterate) and mentions(each.action.target, name):
                    return not self._goes_through_the_same(loop, each)
                if binds(each.action, name):
                    return True
        return False

    def _goes_through_the_same(self, loop: Span, inner: Placed) -> bool:
        """Whether an inner loop meets the same networks in each round of an outer one: ``for m in population``."""
        assert isinstance(inner.action, facts.Iterate)
        if not inner.loops or inner.loops[-1] == loop:
            return False
        over = {expr.id for expr in walk.expressions(inner.action.iterable) if isinstance(expr, facts.Name)}
        bound = [each for each in self._placed if loop.line <= line_of(each.action) <= loop.end_line]
        return not any(binds(each.action, name) for each in bound for name in over)


def _is_own_loop(line: int, placed: Placed, loops: list[Span]) -> bool:
    """Whether a later line is only in a loop whose rounds each have a network of their own."""
    return any(loop.line <= line <= loop.end_line for loop in placed.loops if loop not in loops)
