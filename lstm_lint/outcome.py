"""What a run found, as plain data: all that a reporter needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lstm_lint.files import Problem
from lstm_lint.model import Finding, Level


@dataclass(frozen=True, slots=True)
class Replacements:
    """The ledger: weight replacements on recurrent policies by what became of the state."""

    stale: int = 0
    reset: int = 0
    harmless: int = 0
    unknown: int = 0

    def plus(self, stale: int, reset: int, harmless: int, unknown: int) -> Replacements:
        """These and more."""
        return Replacements(self.stale + stale, self.reset + reset, self.harmless + harmless, self.unknown + unknown)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run; ``lines`` holds the source lines of the findings by path and line."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    replacements: Replacements = field(default_factory=Replacements)
    files: int = 0
    silenced: int = 0
    lines: Mapping[tuple[str, int], str] = field(default_factory=dict)

    def count(self, level: Level) -> int:
        """How many findings have a level."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def above_notes(self) -> int:
        """How many findings are warnings or errors."""
        return sum(finding.level > Level.NOTE for finding in self.findings)

    def exit_code(self, fail_level: Level) -> int:
        """0 clean, 1 findings at or above the level, 2 the job was not done in full."""
        if self.problems:
            return 2
        return int(any(finding.level >= fail_level for finding in self.findings))
