"""Which codes are looked for, in which files, and at which level."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from lstm_lint.config import Config, ConfigError, selector_error
from lstm_lint.globs import matches
from lstm_lint.model import Finding, Level
from lstm_lint.own import INTERNAL, UNREADABLE


@dataclass(frozen=True, slots=True)
class Selection:
    """The outcome of select, extend-select, ignore, per-file-ignores and levels.

    ``named`` holds the codes that were selected by their whole name, which some fixes ask for.
    """

    codes: frozenset[str]
    named: frozenset[str] = frozenset()
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()
    levels: tuple[tuple[str, Level], ...] = ()

    def keeps(self, finding: Finding, relative: str) -> bool:
        """Whether a finding stays in the file at ``relative``, its path below the folder of the configuration."""
        if finding.code not in self.codes:
            return False
        return not any(finding.code in codes and matches(glob, relative) for glob, codes in self.per_file)

    def levelled(self, finding: Finding) -> Finding:
        """The finding at the level that the configuration gives its code."""
        for prefix, level in reversed(self.levels):
            if prefix == "ALL" or finding.code.startswith(prefix):
                return finding if finding.level is level else replace(finding, level=level)
        return finding


@dataclass(frozen=True, slots=True)
class Choice:
    """The selectors of one layer: the configuration, or the command line."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def _length(selector: str) -> int:
    return 0 if selector == "ALL" else len(selector)


def _longest(selectors: Collection[str], code: str) -> int:
    """The length of the most specific selector that holds ``code``; -1 for none."""
    return max((_length(each) for each in selectors if each == "ALL" or code.startswith(each)), default=-1)


def check_selectors(option: str, selectors: Collection[str], codes: Collection[str]) -> None:
    """Raise ConfigError for a selector on the command line that selects nothing."""
    for selector in selectors:
        if message := selector_error(selector, codes):
            raise ConfigError(f"{option}: {message}")


def resolve(config: Config, choice: Choice, codes: Collection[str]) -> Selection:
    """The selection of a configuration and a command line.

    Within one layer the most specific selector decides, and of two alike ignore wins. A ``--select`` on the command
    line starts from nothing; without one, the command line adds to the configuration and takes from it.
    """
    if choice.select is not None:
        layers = [(choice.select + choice.extend_select, choice.ignore)]
    else:
        layers = [(config.select + config.extend_select, config.ignore), (choice.extend_select, choice.ignore)]
    chosen: set[str] = set()
    ignored: set[str] = set()
    for selected, ignoring in layers:
        for code in codes:
            plus, minus = _longest(selected, code), _longest(ignoring, code)
            if plus > minus:
                chosen.add(code)
                ignored.discard(code)
            elif minus >= 0:
                chosen.discard(code)
                if len(code) == minus:
                    ignored.add(code)
    # An unreadable file must not look like a clean one, so only its own code turns that off.
    chosen |= {UNREADABLE.code} - ignored
    chosen.add(INTERNAL.code)
    named = {each for selected, _ in layers for each in selected} & chosen
    per_file = tuple(
        (glob, frozenset(code for code in codes if _longest(selectors, code) >= 0))
        for glob, selectors in config.per_file_ignores
    )
    return Selection(frozenset(chosen), frozenset(named), per_file, config.levels)
