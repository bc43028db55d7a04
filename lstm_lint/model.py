"""What the linter says: spans, edits, fixes and findings, all plain frozen data."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """A range of source text: lines and columns from 1, in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Level(enum.IntEnum):
    """How sure a finding is, in rising order, so that levels compare."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The word users write: ``note``, ``warning`` or ``error``."""
        return self.name.lower()


class Applicability(enum.Enum):
    """Who may apply a fix: ``--fix``, ``--fix --unsafe-fixes``, or only the reader."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of ``span`` by ``text``; an insertion has an empty span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits to one file that are applied all or none."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    imports_runtime: bool = False


@dataclass(frozen=True, slots=True)
class Because:
    """One link of the explanation that leads from the replacement to the use."""

    path: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to report at one place; ``path`` is written as the user gave it."""

    code: str
    name: str
    level: Level
    path: str
    span: Span
    message: str
    because: tuple[Because, ...] = ()
    fix: Fix | None = None
    covers: Span | None = None
    """The statement whose header lines an ignore comment may stand on; the span itself when None."""

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Path, line, column, code: the order of every report."""
        return (self.path, self.span.line, self.span.column, self.code)
