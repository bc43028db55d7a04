"""Every code there is, of the rules and of the linter itself, with what it has to say about itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from lstm_lint.own import OWN
from lstm_lint.rules import RULES


class Entry(Protocol):
    """What a rule and a code of our own have in common."""

    @property
    def code(self) -> str:
        """Such as RSH001."""

    @property
    def name(self) -> str:
        """Such as stale-state-after-load."""

    @property
    def summary(self) -> str:
        """One line."""

    @property
    def explanation(self) -> str:
        """The whole page, in Markdown."""

    @property
    def fixable(self) -> str:
        """Whether and when there is a fix."""

    @property
    def default_level(self) -> str:
        """The level, or the levels that it depends on, as in ``error/warning``."""


@cache
def catalogue() -> Mapping[str, Entry]:
    """All entries by code, in order."""
    entries: list[Entry] = [*RULES, *OWN]
    return {entry.code: entry for entry in sorted(entries, key=lambda entry: entry.code)}


def page(entry: Entry) -> str:
    """The page of a rule in Markdown, as ``--explain`` prints it and the documentation has it."""
    levels = entry.default_level.replace("/", " or ")
    title = f"# {entry.code}: {entry.name}"
    return f"{title}\n\nLevel: {levels}. Fix: {entry.fixable}.\n\n{entry.explanation.strip()}\n"
