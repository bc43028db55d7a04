"""The linter's own codes, RSH9xx: what it has to say about its input and its comments rather than about a policy."""

from __future__ import annotations

from dataclasses import dataclass

from lstm_lint.model import Finding, Level, Span


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A code that no rule gives; it describes itself as a rule does."""

    code: str
    name: str
    level: Level
    summary: str
    explanation: str
    fixable: str = "no"

    @property
    def default_level(self) -> str:
        """The level as users write it."""
        return self.level.label

    def at(self, path: str, line: int, column: int, message: str, end_column: int | None = None) -> Finding:
        """A finding of this code at one place on one line."""
        span = Span(line, column, line, column if end_column is None else end_column)
        return Finding(self.code, self.name, self.level, path, span, message)


UNREADABLE = OwnCode(
    "RSH900",
    "unreadable-source",
    Level.ERROR,
    "the file is not Python source that can be read",
    """The file could not be decoded or parsed, so nothing in it was checked.

The message says where reading stopped: a syntax error, a null byte, bytes that do not fit the declared encoding, or
expressions nested deeper than any Python can compile. It says so where Python itself reads the file, and only the
parser of this linter does not. The other files are still checked. This code is reported whatever is selected, since a
file that cannot be read is not a file without findings; it goes away when the file is mended, excluded, or ignored by
name (`ignore = ["RSH900"]` or `per-file-ignores`).""",
)
UNUSED_IGNORE = OwnCode(
    "RSH901",
    "unused-ignore",
    Level.WARNING,
    "an ignore comment that silences nothing",
    """A `# lstm-lint: ignore` comment stands where it silences no finding.

It may be a leftover of code that was mended since, or it stands on the wrong line: a comment covers the statement
whose header it stands on, or the statement right below when it is alone on its line. Remove it, so that it cannot
hide a finding that comes later. `# noqa` comments are never reported, because other linters use them as well.""",
)
UNKNOWN_CODE = OwnCode(
    "RSH902",
    "unknown-code-in-ignore",
    Level.WARNING,
    "an ignore comment that names no code of this linter",
    """A `# lstm-lint: ignore[...]` comment names a code that does not exist, or is not written as a comment this linter
understands. It silences nothing. The message names the nearest code.""",
)
INTERNAL = OwnCode(
    "RSH909",
    "internal-error",
    Level.ERROR,
    "the linter itself failed on a file",
    """An exception inside the linter stopped the analysis of a file. It is listed among the errors, not the findings,
and the command exits with 2: the result says nothing about that file. The other files are still checked. Please
report it with the file, or with the lines that it takes to show it.""",
)
OWN = (UNREADABLE, UNUSED_IGNORE, UNKNOWN_CODE, INTERNAL)
