"""``[tool.lstm-lint]`` of a pyproject.toml -> a frozen :class:`Config`; errors name file, table and key."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from lstm_lint.model import Level

TABLE = "tool.lstm-lint"
FIX_WITH = ("reset", "rewarm", "inline")
_NEAR = 0.6
LEVELS = tuple(level.label for level in Level)


class ConfigError(Exception):
    """A configuration that cannot be used; the message is complete, with its place."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the analysis needs to know of the configuration; ``vocabulary`` holds the user's tables as written."""

    assume_recurrent: tuple[str, ...] = ()
    fix_with: Literal["reset", "rewarm", "inline"] = "reset"
    reset_call: str | None = None
    vocabulary: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Config:
    """One configuration; globs and roots are relative to ``folder``, the folder of the file it was read from."""

    settings: Settings = field(default_factory=Settings)
    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    levels: tuple[tuple[str, Level], ...] = ()
    folder: Path | None = None
    file: str = ""


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean "x"?`` for the known word most like ``word``, or nothing."""
    lower = {each.lower(): each for each in sorted(known)}
    matcher = difflib.SequenceMatcher(b=word.lower())

    def likeness(each: str) -> tuple[float, int]:
        # Of several alike, the one that begins like it: RSH01 is rather RSH011 than RSH901.
        matcher.set_seq1(each)
        return matcher.ratio(), _alike(each, word.lower())

    best = max(lower, key=likeness, default=None)
    return f'; did you mean "{lower[best]}"?' if best is not None and likeness(best)[0] >= _NEAR else ""


def nearest_code(word: str, codes: Iterable[str]) -> str:
    """What to say after a code that is none: the nearest one, or where they are listed."""
    return nearest(word, codes) or "; `lstm-lint --list-rules` shows all"


def _alike(one: str, other: str) -> int:
    """How many characters two words begin alike with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def selector_error(selector: str, codes: Collection[str]) -> str | None:
    """What is wrong with a code or prefix that selects none of ``codes``; None when it selects some."""
    if selector == "ALL" or (selector and any(code.startswith(selector) for code in codes)):
        return None
    return f'unknown rule code "{selector}"{nearest_code(selector, codes)}'


def find_config(start: Path) -> Path | None:
    """The nearest pyproject.toml with a ``[tool.lstm-lint]`` table, in ``start`` or a folder above it."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        try:
            data = file.read_bytes()
        except OSError:
            continue
        # Most files say nothing about us: they are not parsed, and a broken one of them is not our business.
        if b"lstm-lint" in data and _table(file, _parse(file, data)) is not None:
            return file
    return None


def load_config(file: Path | None, codes: Collection[str]) -> Config:
    """The configuration in ``file``, or the default one for None; ``codes`` are the rule codes there are."""
    if file is None:
        return Config()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{_shown(file)}: cannot read the configuration: {error.strerror or error}") from None
    table = _table(file, _parse(file, data))
    if table is None:
        raise ConfigError(f"{_shown(file)}: there is no table [{TABLE}] in this file")
    return _Reader(_shown(file), file.absolute().parent, codes).config(table)


def _shown(file: Path) -> str:
    """The path as messages write it: relative to the working directory when it is below."""
    try:
        return str(file.absolute().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(file)


def _parse(file: Path, data: bytes) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{_shown(file)}:{line}:1: not UTF-8, which TOML has to be") from None
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        if place := re.search(r" \(at line (\d+), column (\d+)\)$", message):
            where, message = f":{place[1]}:{place[2]}", message[: place.start()]
        else:
            where = f":{text.count(chr(10)) + 1}:1"
            message = message.replace(" (at end of document)", " at the end of the file")
        raise ConfigError(f"{_shown(file)}{where}: TOML syntax error: {message}") from None
    return document


def _table(file: Path, document: Mapping[str, Any]) -> Mapping[str, object] | None:
    tools = document.get("tool")
    table = tools.get("lstm-lint") if isinstance(tools, dict) else None
    if table is None or isinstance(table, dict):
        return table
    raise ConfigError(f"{_shown(file)}: [tool] `lstm-lint` must be a table, not {_toml_type(table)}")


class _Reader:
    """Reads the values of one table, and knows how to say what is wrong with them."""

    def __init__(self, file: str, folder: Path, codes: Collection[str]) -> None:
        self.file = file
        self.folder = folder
        self.codes = codes

    def config(self, table: Mapping[str, object]) -> Config:
        """The whole table, read key by key."""
        readers: dict[str, Callable[[str, object], object]] = {
            "select": self.selectors,
            "ignore": self.selectors,
            "extend-select": self.selectors,
            "per-file-ignores": self.per_file_ignores,
            "exclude": self.strings,
            "roots": self.folders,
            "levels": self.levels,
            "fix-with": self.fix_with,
            "reset-call": self.import_path,
            "assume-recurrent": self.strings,
            "vocabulary": self.mapping,
        }
        values: dict[str, Any] = {}
        for key, value in table.items():
            if key not in readers:
                known = ", ".join(sorted(readers))
                raise self.error(f"unknown key `{key}`{nearest(key, readers) or f'; known keys are {known}'}")
            values[key.replace("-", "_")] = readers[key](key, value)
        analysis = {
            key: values.pop(key)
            for key in ("fix_with", "reset_call", "assume_recurrent", "vocabulary")
            if key in values
        }
        return Config(settings=Settings(**analysis), folder=self.folder, file=self.file, **values)

    def error(self, message: str, *path: str) -> ConfigError:
        """An error in the table, or in the table ``path`` below it."""
        return ConfigError(f"{self.file}: [{'.'.join((TABLE, *path))}] {message}")

    def expected(self, key: str, what: str, value: object) -> ConfigError:
        """The error for a value of the wrong type."""
        return self.error(f"`{key}` must be {what}, not {_toml_type(value)}")

    def strings(self, key: str, value: object) -> tuple[str, ...]:
        """A list of strings."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.expected(key, "a list of strings", value)
        return tuple(cast("list[str]", value))

    def folders(self, key: str, value: object) -> tuple[str, ...]:
        """A list of folders that are there, so that a misspelt one does not hide what it holds."""
        found = self.strings(key, value)
        for name in found:
            if not (self.folder / name).is_dir():
                raise self.error(f'`{key}`: there is no folder "{name}" in {_shown(self.folder)}')
        return found

    def selectors(self, key: str, value: object) -> tuple[str, ...]:
        """A list of codes or prefixes of codes."""
        found = self.strings(key, value)
        for selector in found:
            if message := selector_error(selector, self.codes):
                raise self.error(f"`{key}`: {message}")
        return found

    def mapping(self, key: str, value: object) -> Mapping[str, object]:
        """A table."""
        if not isinstance(value, dict):
            raise self.expected(key, "a table", value)
        return value

    def per_file_ignores(self, key: str, value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Globs and the codes ignored in the files that they match."""
        return tuple((glob, self.selectors(f"{key}.{glob}", codes)) for glob, codes in self.mapping(key, value).items())

    def levels(self, key: str, value: object) -> tuple[tuple[str, Level], ...]:
        """The level of findings by code or prefix, the longest prefix last."""
        found = []
        for selector, label in self.mapping(key, value).items():
            if message := selector_error(selector, self.codes):
                raise self.error(message, key)
            if label not in LEVELS:
                hint = nearest(label, LEVELS) if isinstance(label, str) else ""
                raise self.error(f'`{selector}` must be "note", "warning" or "error", not {_toml(label)}{hint}', key)
            found.append((selector, Level[str(label).upper()]))
        return tuple(sorted(found, key=lambda entry: len(entry[0].replace("ALL", ""))))

    def fix_with(self, key: str, value: object) -> str:
        """How a reset is written."""
        if value not in FIX_WITH:
            hint = nearest(value, FIX_WITH) if isinstance(value, str) else ""
            raise self.error(f'`{key}` must be "reset", "rewarm" or "inline", not {_toml(value)}{hint}')
        return str(value)

    def import_path(self, key: str, value: object) -> str:
        """The import path of a function: ``package.module.function``."""
        if not isinstance(value, str):
            raise self.expected(key, "a string", value)
        if not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)+", value):
            raise self.error(f'`{key}` must be an import path such as "package.module.function", not {_toml(value)}')
        return value


def _toml_type(value: object) -> str:
    names = {bool: "a boolean", int: "an integer", float: "a float", str: "a string", dict: "a table"}
    if isinstance(value, list):
        wrong = next((item for item in value if not isinstance(item, str)), None)
        return "a list" if wrong is None else f"a list with {_toml_type(wrong)} in it"
    return names.get(type(value), "a date or time")


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else _toml_type(value)
