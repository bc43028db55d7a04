"""The fixture programs and what their comments say about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PROJECTS = FIXTURES / "projects"
ODD = FIXTURES / "odd"
FIXED = ".fixed.py"
UNSAFE = ".unsafe.py"
"""What ``--fix --unsafe-fixes`` must make of the program beside it."""
_BESIDE = (FIXED, UNSAFE)

_MARK = re.compile(r"#\s*(expect|miss):\s*(.*?)\s*(?=#\s*(?:expect|miss):|$)")
_CODE = re.compile(r"(RSH\d{3})(?:\[(note|warning|error)\])?")
_MISS = re.compile(r"(RSH\d{3})\s+\S.*")


@dataclass(frozen=True, order=True)
class Mark:
    """One code that a comment names: expected on its line at a level (any for ""), or known to be missed there."""

    path: str
    line: int
    code: str
    level: str = ""
    miss: bool = False


def marks(path: str, text: str) -> Iterator[Mark]:
    """The marks in a fixture's text; ValueError for one that says nothing we understand."""
    for number, line in enumerate(text.splitlines(), start=1):
        for kind, words in _MARK.findall(line):
            if kind == "miss":
                if not (named := _MISS.fullmatch(words)):
                    raise ValueError(f"{path}:{number}: a miss names one code and says why, not {words!r}")
                yield Mark(path, number, named[1], miss=True)
                continue
            for word in words.split(","):
                if not (named := _CODE.fullmatch(word.strip())):
                    raise ValueError(f"{path}:{number}: {word.strip()!r} is no code to expect")
                yield Mark(path, number, named[1], named[2] or "")


@dataclass(frozen=True)
class Fixture:
    """One program: a file of its own, or a folder that is a small project."""

    place: Path

    @property
    def name(self) -> str:
        return self.place.relative_to(FIXTURES).as_posix()

    @property
    def single(self) -> bool:
        return self.place.is_file()

    def files(self) -> dict[str, bytes]:
        """The program as its author has it, by path: all of its files but the fixed ones."""
        if self.single:
            return {self.place.name: self.place.read_bytes()}
        return {path: data for path, data in _contents(self.place).items() if not path.endswith(_BESIDE)}

    def fixed(self, ending: str = FIXED) -> dict[str, bytes]:
        """What ``--fix`` must make of the files that have one of this ending beside them."""
        beside = self.place.with_name(self.place.stem + ending)
        if self.single:
            return {self.place.name: beside.read_bytes()} if beside.exists() else {}
        contents = _contents(self.place).items()
        return {path.removesuffix(ending) + ".py": data for path, data in contents if path.endswith(ending)}

    def marks(self) -> list[Mark]:
        sources = ((path, data) for path, data in self.files().items() if path.endswith(".py"))
        return sorted(mark for path, data in sources for mark in marks(path, data.decode()))


def fixtures() -> list[Fixture]:
    """All fixtures but the odd ones, in a stable order."""
    places = [place for group in sorted(FIXTURES.iterdir()) if group != ODD for place in sorted(group.iterdir())]
    return [Fixture(place) for place in places if _program(place)]


def _program(place: Path) -> bool:
    if place.is_dir():
        return place.name != "__pycache__"
    return place.suffix == ".py" and not place.name.endswith(_BESIDE)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
