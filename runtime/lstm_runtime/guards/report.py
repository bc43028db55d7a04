"""What a guard has seen, for other code to read."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from lstm_runtime.guards.location import Location

_KEPT = 100


@dataclass(frozen=True)
class WeightChange:
    """A replacement of weights: the number of those in place since, how it was done, and the line where it is known."""

    number: int
    how: str
    where: Location | None
    modules: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.how} at {self.where}" if self.where else self.how


@dataclass
class StaleUse:
    """One use of a carried state by other weights than those that made it.

    `modules` are the recurrent modules that it was fed to in one step, `envs` the columns that were stale, `width` the
    number of columns. `made_by` is None for a state of unknown origin. `change` is what put the present weights in
    place, None for those that the guard found. `entry` is the call that used it (`collect_rollouts`, `predict`),
    `where` the user's line that led there, `action` what was done.
    """

    modules: list[str]
    envs: tuple[int, ...]
    width: int
    made_by: int | None
    weights: int
    change: WeightChange | None
    entry: str
    where: Location
    action: str

    def goes_on(self, module: str, envs: tuple[int, ...], weights: int) -> bool:
        """Whether this module, fed the same environments by the same weights, is another part of the same use."""
        return module not in self.modules and envs == self.envs and weights == self.weights


@dataclass
class GuardReport:
    """Counters of one guard. The lists hold the last 100.

    `stale_uses` counts uses, whatever was done about them; `replacements` the replacements of weights; `mended` the
    uses whose state was reset or re-warmed first; `replays` the replacements that came between the last step of a
    rollout and `train()`, which then replays the states of earlier weights: no reset can mend these; `unreadable` the
    states that could not be looked at (inside vmap, say).
    """

    stale_uses: int = 0
    replacements: int = 0
    mended: int = 0
    replays: int = 0
    unreadable: int = 0
    uses: deque[StaleUse] = field(default_factory=lambda: deque(maxlen=_KEPT))
    changes: deque[WeightChange] = field(default_factory=lambda: deque(maxlen=_KEPT))
