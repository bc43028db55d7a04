"""Bytes -> the files that can matter, so that only those are parsed.

A file is *active* when it holds a word of a weight replacement, or imports an active module and names something that
module offers (it may call a helper that loads, or subclass a class that does). It is *context* when an active or
context file imports it and names something it offers (it may define who is recurrent), when it is a package on the
way there, or when it names a library whose algorithms decide what an untyped ``model`` is. Nothing can be reported in
any other file, and nothing in it can change what is reported.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lstm_lint.vocabulary import Vocabulary

# What reads an import statement: ``from ..a.b import (c, d as e)`` or ``import a.b as c, d``; names over several lines.
_FROM = re.compile(rb"from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t\\\r\n]*(\([^)]*\)|[^\r\n;#]*)")
_IMPORT = re.compile(rb"import[ \t]+([^\r\n;#]+)")
_OFFERED = re.compile(rb"^(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)(\w+)|^(\w+)[ \t]*(?::[^\r\n]*)?=", re.MULTILINE)
_WORD = re.compile(rb"\w+")
_INSTALLED = ("site-packages", "dist-packages")


def relevant(contents: Mapping[str, bytes], vocabulary: Vocabulary) -> frozenset[str]:
    """The paths among ``contents`` (absolute path -> bytes) whose files have to be parsed."""
    words = sorted(vocabulary.words)
    active = {path for path, data in contents.items() if any(word in data for word in words)}
    if not active:
        return frozenset()
    libraries = frozenset(name.partition(".")[0] for name in (*vocabulary.classes, *vocabulary.functions))
    links = _Links(contents, libraries)
    _spread(active, links.importers)
    algorithms = [library.encode() for library in sorted(libraries - {"torch", "lstm_runtime"})]
    context = {
        path
        for path, data in contents.items()
        if any(library in data for library in algorithms) and not links.known(path)
    }
    return frozenset(active | _spread(active | context, links.imported))


def _spread(seeds: set[str], step: Mapping[str, set[str]]) -> set[str]:
    """``seeds`` with everything reached from them, in place."""
    todo = list(seeds)
    while todo:
        for path in step.get(todo.pop(), ()):
            if path not in seeds:
                seeds.add(path)
                todo.append(path)
    return seeds


@dataclass(frozen=True, slots=True)
class _Statement:
    """One import: the dotted module as written (without leading dots) and the names taken from it."""

    module: tuple[str, ...]
    names: tuple[str, ...]
    relative: bool


class _Links:
    """Which file uses which, by their import statements and the names they hold."""

    def __init__(self, contents: Mapping[str, bytes], libraries: frozenset[str]) -> None:
        self.contents = contents
        self.libraries = libraries
        self.by_stem: dict[str, list[str]] = defaultdict(list)
        self.imported: dict[str, set[str]] = defaultdict(set)
        self.importers: dict[str, set[str]] = defaultdict(set)
        self._offers: dict[str, frozenset[bytes]] = {}
        for path in contents:
            if not self.known(path):
                self.by_stem[_components(path)[-1]].append(path)
        for path in contents:
            if not self.known(path):
                self._link(path)

    def known(self, path: str) -> bool:
        """Whether a file belongs to an installed library that the vocabulary speaks for: its source adds nothing."""
        parts = path.split(os.sep)
        return any(part in _INSTALLED and parts[at + 1] in self.libraries for at, part in enumerate(parts[:-1]))

    def _link(self, path: str) -> None:
        data = self.contents[path]
        for statement in _imports(data):
            for target, whole in self._targets(statement):
                if target == path:
                    continue
                packages = [each for each in _packages(target) if each in self.contents and each != path]
                self.imported[path].update(packages)
                if whole or target.endswith("__init__.py") or any(name in data for name in self._offered(target)):
                    self.imported[path].add(target)
                    self.importers[target].add(path)
                    for package in packages:
                        self.importers[package].add(path)

    def _targets(self, statement: _Statement) -> Iterator[tuple[str, bool]]:
        """The files an import may mean, by the end of their dotted path, and whether it takes all of it."""
        star = "*" in statement.names
        if statement.module:
            for path in self._ending(statement.module):
                yield path, star
        elif statement.relative and (star or statement.names):
            pass  # ``from . import a``: the package itself is on the way to a, found below
        for name in statement.names:
            for path in self._ending((*statement.module, name)):
                yield path, False

    def _ending(self, dotted: tuple[str, ...]) -> Iterator[str]:
        for path in self.by_stem.get(dotted[-1], ()):
            have = _components(path)
            shared = min(len(have), len(dotted))
            if have[-shared:] == dotted[-shared:]:
                yield path

    def _offered(self, path: str) -> frozenset[bytes]:
        found = self._offers.get(path)
        if found is None:
            names = (first or second for first, second in _OFFERED.findall(self.contents[path]))
            taken = (name.encode() for statement in _imports(self.contents[path]) for name in statement.names)
            found = self._offers[path] = frozenset(names) | frozenset(taken)
        return found


def _components(path: str) -> tuple[str, ...]:
    """The dotted path of a file as a tuple, from the root of the file system."""
    stem, _ = os.path.splitext(path)
    parts = [part for part in stem.split(os.sep) if part]
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return tuple(parts)


def _packages(path: str) -> Iterator[str]:
    """The ``__init__.py`` of every folder a file lies in, as long as there might be one."""
    folder = os.path.dirname(path)
    while os.path.dirname(folder) != folder:
        yield os.path.join(folder, "__init__.py")
        folder = os.path.dirname(folder)


def _imports(data: bytes) -> Iterator[_Statement]:
    """The import statements of a file, and what looks like one."""
    at = data.find(b"import")
    while at >= 0:
        start = max(
            data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at), data.rfind(b";", 0, at), data.rfind(b":", 0, at)
        )
        head = data[start + 1 : at].strip()
        if head.startswith(b"from"):
            begin = data.index(b"from", start + 1)
            if found := _FROM.match(data, begin):
                dots, module, names = found.groups()
                yield _Statement(_dotted(module), tuple(_names(names)), bool(dots))
        elif not head and (found := _IMPORT.match(data, at)):
            for item in found[1].split(b","):
                words = item.split()
                if words:
                    yield _Statement(_dotted(words[0]), (), relative=False)
        at = data.find(b"import", at + 6)


def _dotted(module: bytes) -> tuple[str, ...]:
    return tuple(part.decode("utf-8", "replace") for part in module.split(b".") if part)


def _names(text: bytes) -> Iterable[str]:
    """The names that a ``from`` import takes, those before ``as``."""
    inner = b"\n".join(line.partition(b"#")[0] for line in text.strip(b"()").splitlines())
    for item in inner.split(b","):
        words = item.split()
        if words:
            yield words[0].decode("utf-8", "replace")
