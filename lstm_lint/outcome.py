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

    def plus(self, more: Replacements) -> Replacements:
        """These and more."""
        return Replacements(*(getattr(self, name) + getattr(more, name) for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run; ``lines`` holds the source lines of the findings by path and line."""

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    replacements: Replacements = field(default_factory=Replacements)
    files: int = 0
    silenced: int = 0
    lines: Mapping[tuple[str, int], str] = field(default_factory=dict)
    read_in_part: int = 0
    """Functions that took more work than a run has for them: what their last calls do to a state is not known."""

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
