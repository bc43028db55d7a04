import copy
import logging
from contextlib import contextmanager
from types import SimpleNamespace

log = logging.getLogger(__name__)


class Guardrail:
    """Remembers the cheapest policy so far and goes back to it when a window gets too expensive."""

    def __init__(self, policy, tolerance, warmup):
        self.policy = policy
        self.tolerance = tolerance
        self.warmup = warmup
        self.windows = 0
        self.best_cost = float("inf")
        self._best = None

    def _remember(self, cost):
        self.best_cost = cost
        self._best = copy.deepcopy(self.policy.state_dict())

    def _go_back(self, cost):
        log.warning("window %d cost %.2f (best %.2f), going back", self.windows, cost, self.best_cost)
        self.policy.load_state_dict(self._best)

    @contextmanager
    def watching(self):
        report = SimpleNamespace(cost=None)
        yield report
        self.windows += 1
        if self.windows < self.warmup or report.cost is None:
            return
        if report.cost < self.best_cost:
            self._remember(report.cost)
        elif report.cost > self.tolerance * self.best_cost:
            self._go_back(report.cost)
