"""Bytes -> the files that can matter, so that only those are parsed.

A file is *active* when it holds a word of a weight replacement, speaks of a state in a buffer, holds a recurrent
network that is played in an environment or run without gradients, here or in another file, or takes from an active
module something that module mentions (it may call a helper that loads, or subclass a class that does). It is *context*
when an active or context file takes something from it (it may define who is recurrent), when it is a package on the way
there, or when it names a library whose algorithms decide what an untyped ``model`` is. Files that import one another
stand or fall together: without a sign of recurrent state in any of them there is nothing that could go stale.
Nothing can be reported in any other file, and nothing in it can change what is reported.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lstm_lint import forks
from lstm_lint.evidence import (
    Evidence,
    asks,
    copies_objects,
    copies_tensors,
    holds_a_cell,
    loops,
    plays,
    tells_of_state,
)  # fmt: skip
from lstm_lint.vocabulary import GIVING, Vocabulary

# What reads an import statement: ``from ..a.b import (c, d as e)`` or ``import a.b as c, d``, over several lines.
_FROM = re.compile(rb"from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]*import[ \t\\\r\n]*(\([^)]*\)|(?:[^\r\n;#\\]|\\\r?\n)*)")
_IMPORT = re.compile(rb"import[ \t]+((?:[^\r\n;#\\]|\\\r?\n)+)")
_STAR = re.compile(rb"import[ \t]*\*")
_INSTALLED = ("site-packages", "dist-packages")
# After so many searches for one module's name in all files it is cheaper to read the imports of the rest.
_SEARCHES = 30
# Below so many bytes to search a second process costs more than it saves; reading their code takes so much longer.
_FEW_BYTES = 20_000_000
_DEEPER = 20


def relevant(contents: Mapping[str, bytes], vocabulary: Vocabulary, roots: Sequence[str] = ()) -> frozenset[str]:
    """The paths among ``contents`` (absolute path -> bytes) whose files have to be parsed."""
    links = _Links(contents, vocabulary.libraries, roots)
    active = _active(contents, vocabulary, links.known)
    if not active:
        return frozenset()
    _spread(active, links.importers)
    matter = _spread(active, links.imported)
    evidence = Evidence(vocabulary)

    def suffices(group: list[str]) -> bool:
        library = len(group) == 1 and links.known(group[0])
        return evidence.suffices([contents[path] for path in group], library)

    few = sum(len(contents[path]) for path in matter) < _FEW_BYTES // _DEEPER
    kept = {path for group in forks.which(suffices, list(links.groups(matter)), alone=few) for path in group}
    if not kept:
        return frozenset()
    algorithms = sorted(
        {name.partition(".")[0].encode() for name, row in vocabulary.classes.items() if row.kind == "algorithm"}
    )
    context = {
        path
        for path, data in contents.items()
        if any(library in data for library in algorithms) and not links.known(path)
    }
    return frozenset(kept | context)


def _active(
    contents: Mapping[str, bytes], vocabulary: Vocabulary, known: Callable[[str], bool] = lambda _: False
) -> set[str]:
    """The files in which a replacement may be; ``known`` says which are of a library that has rows."""
    words_of = _by_core(vocabulary.words | GIVING)
    looped = any(loops(data) or asks(data) for data in contents.values())
    importing = {word: _statement(word) for word in vocabulary.words if word.startswith((b"import ", b"from "))}

    def is_active(path: str) -> bool:
        data = contents[path]
        gives = False
        for core, words in words_of.items():
            for word in words if core in data else ():
                if word in data and (word not in importing or importing[word].search(data)):
                    if word in vocabulary.words:
                        return True
                    gives = True
        if (gives and copies_tensors(data)) or tells_of_state(data) or plays(data):
            return True
        return (copies_objects(data) or (looped and not known(path))) and holds_a_cell(data)

    few = sum(map(len, contents.values())) < _FEW_BYTES
    return set(forks.which(is_active, list(contents), alone=few))


def _statement(word: bytes) -> re.Pattern[bytes]:
    """What finds ``import name`` or ``from name`` as a statement, not in prose or at the beginning of a longer name."""
    return re.compile(rb"(?m)(?:^|[;:\r])[ \t]*" + re.escape(word) + rb"(?=[ \t]*(?:[.,;#\r\n]|$|as\b|import\b))")


def _by_core(words: frozenset[bytes]) -> dict[bytes, list[bytes]]:
    """The words by what several of them have in common: most files hold none of it, and are searched for little."""
    stripped = {word: word.strip(b".() ").removeprefix(b"import ").removeprefix(b"from ") for word in sorted(words)}
    found: dict[bytes, list[bytes]] = {}
    for core in sorted(set(stripped.values()), key=len):
        if not any(shorter in core for shorter in found):
            found[core] = [word for word in stripped if core in word]
    return found


def stands_alone(path: str, vocabulary: Vocabulary) -> bool:
    """Whether a file belongs to an installed library that the vocabulary speaks for.

    Its source adds nothing to what is known about other files, and is read without them.
    """
    return _is_known(path, vocabulary.libraries)


def _is_known(path: str, libraries: frozenset[str]) -> bool:
    parts = path.split(os.sep)
    return any(part in _INSTALLED and parts[at + 1] in libraries for at, part in enumerate(parts[:-1]))


def _spread(seeds: set[str], step: Callable[[str], Iterable[str]]) -> set[str]:
    """``seeds`` with everything reached from them, in place."""
    todo = list(seeds)
    while todo:
        for path in step(todo.pop()):
            if path not in seeds:
                seeds.add(path)
                todo.append(path)
    return seeds


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one import takes: a dotted module as written, the dots before it, a name of it (or ``*``), its alias."""

    module: tuple[str, ...]
    dots: int
    name: str
    alias: str


class _Links:
    """Which file takes something from which, by their import statements and the names they hold.

    Import statements are read only where they are asked for: in a large tree few files matter.
    """

    def __init__(self, contents: Mapping[str, bytes], libraries: frozenset[str], roots: Sequence[str]) -> None:
        self.contents = contents
        self.libraries = libraries
        self.roots = {os.path.normpath(root) for root in roots}
        self.roots |= {os.path.join(root, "src") for root in self.roots}
        self.by_stem: dict[str, list[str]] = defaultdict(list)
        self._imported: dict[str, set[str]] = defaultdict(set)
        self._importers: dict[str, set[str]] = defaultdict(set)
        self._unread: dict[str, None] = {}
        self._searched = 0
        self._tops: dict[str, str] = {}
        self._named: dict[str, set[str]] = {}
        self._dotted = {path: _components(path) for path in contents if not self.known(path)}
        for path, dotted in self._dotted.items():
            self.by_stem[dotted[-1]].append(path)
            self._unread[path] = None

    def imported(self, path: str) -> Iterable[str]:
        """The files that a file takes something from, and the packages on the way there."""
        self._link(path)
        return self._imported.get(path, ())

    def importers(self, path: str) -> Iterable[str]:
        """The files that take something from a file."""
        if path not in self._dotted:
            return ()
        stem = os.fsencode(self._dotted[path][-1])
        package = os.path.dirname(path) + os.sep if os.path.basename(path) == "__init__.py" else None
        self._searched += 1
        many = self._searched > _SEARCHES
        for user in list(self._unread if many else self._within_reach(path)):
            # An import spells the module's name, unless it means the package it stands in by its dots alone.
            if many or stem in self.contents[user] or (package is not None and user.startswith(package)):
                self._link(user)
        return self._importers.get(path, ())

    def _within_reach(self, path: str) -> Iterable[str]:
        """The files not read yet that could name a file in an import: an import from outside names its package too."""
        top = self._top(path)
        first = path[len(top) :].lstrip(os.sep).partition(os.sep)[0]
        package = os.path.join(top, first) + os.sep
        if any(root.startswith(package) or root + os.sep == package for root in self.roots):
            return self._unread  # its inner names can be imported from anywhere
        name = first.partition(".")[0]
        if name not in self._named:
            word = os.fsencode(name)
            self._named[name] = {user for user in self._dotted if word in self.contents[user]}
        named = self._named[name]
        bare = b"from %b import" % os.fsencode(self._dotted[path][-1])  # its folder may be on the path
        return [
            user
            for user in self._unread
            if user in named or user.startswith(package) or bare in self.contents[user]
        ]

    def groups(self, paths: set[str]) -> Iterator[list[str]]:
        """The paths in groups that no import leads out of."""
        neighbours: dict[str, set[str]] = defaultdict(set)
        for path in paths:
            for target in self._imported.get(path, ()):
                neighbours[path].add(target)
                neighbours[target].add(path)
        left = set(paths)
        for path in sorted(paths):
            if path in left:
                group = _spread({path}, lambda each: neighbours[each]) & left
                left -= group
                yield sorted(group)

    def known(self, path: str) -> bool:
        """Whether the file stands alone."""
        return _is_known(path, self.libraries)

    def _link(self, path: str) -> None:
        if path not in self._unread:
            return
        del self._unread[path]
        data = self.contents[path]
        for taken in _imports(data):
            for target in self._used(path, taken, data):
                if target != path:
                    self._imported[path].add(target)
                    self._importers[target].add(path)
                    self._imported[path].update(each for each in _packages(target) if each in self.contents)

    def _used(self, path: str, taken: _Taken, data: bytes) -> Iterator[str]:
        """The files that an import of ``path`` takes something from."""
        if taken.name:  # from module import name
            for target in self._files(path, taken.module, taken.dots):
                if taken.name == "*" or self._has(target, taken.name.encode()):
                    yield target
        whole = (*taken.module, taken.name) if taken.name else taken.module
        targets = list(self._files(path, whole, taken.dots))
        if targets:  # import module, or from package import module: what counts is what is read from it
            spelled = taken.alias or ".".join(whole if not taken.name else (taken.name,))
            read = set(re.findall(re.escape(spelled.encode()) + rb"\s*\.\s*(\w+)", data))
            for target in targets:
                if any(self._has(target, name) for name in read):
                    yield target

    def _has(self, path: str, name: bytes) -> bool:
        """Whether a file may have something of this name: it spells it, or takes all that some other module has."""
        return name in self.contents[path] or _STAR.search(self.contents[path]) is not None

    def _files(self, path: str, dotted: tuple[str, ...], dots: int) -> Iterator[str]:
        """The files that a dotted module may mean in a file: in a folder above it, or under an import root.

        Else it is the only one of a name: its folder may be on the path.
        """
        folder = os.path.dirname(path)
        if dots:
            for _ in range(dots - 1):
                folder = os.path.dirname(folder)
            base = os.path.join(folder, *dotted)
            candidates = (os.path.join(base, "__init__.py"), f"{base}.py" if dotted else "")
            yield from (each for each in candidates if each in self._dotted)
            return
        if not dotted:
            return
        alike = self.by_stem.get(dotted[-1], ())
        found = [target for target in alike if self._answers(folder, target, dotted)]
        yield from found or (alike if len(alike) == len(dotted) == 1 else ())

    def _answers(self, folder: str, target: str, dotted: tuple[str, ...]) -> bool:
        """Whether Python finds a file by a name where it searches from a folder."""
        have = self._dotted[target]
        if have[-len(dotted) :] != dotted:
            return False
        start = os.sep + os.sep.join(have[: -len(dotted)])
        above = folder == start or folder.startswith(start.rstrip(os.sep) + os.sep)
        return above or start in self.roots or start == self._top(target)

    def _top(self, path: str) -> str:
        """The folder that the outermost package of a file lies in."""
        folder = os.path.dirname(path)
        found = self._tops.get(folder)
        if found is None:
            package = os.path.join(folder, "__init__.py") in self.contents
            found = self._tops[folder] = self._top(folder) if package else folder
        return found


def _components(path: str) -> tuple[str, ...]:
    """The dotted path of a file as a tuple, from the root of the file system."""
    stem, _ = os.path.splitext(os.path.splitdrive(path)[1])
    parts = [part for part in stem.split(os.sep) if part]
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return tuple(parts)


def _packages(path: str) -> Iterator[str]:
    """The ``__init__.py`` of every folder that a file lies in."""
    folder = os.path.dirname(path)
    while os.path.dirname(folder) != folder:
        yield os.path.join(folder, "__init__.py")
        folder = os.path.dirname(folder)


def _imports(data: bytes) -> Iterator[_Taken]:
    """What the import statements of a file take, and what looks like one."""
    at = data.find(b"import")
    while at >= 0:
        start = 1 + max(data.rfind(mark, 0, at) for mark in (b"\n", b"\r", b";", b":"))
        head = data[start:at].strip()
        if head.startswith(b"from"):
            if found := _FROM.match(data, data.index(b"from", start)):
                module = _dotted(found[2])
                for name, alias in _names(found[3]):
                    yield _Taken(module, len(found[1]), name, alias)
        elif not head and (found := _IMPORT.match(data, at)):
            for name, alias in _names(found[1]):
                yield _Taken(_dotted(name.encode()), 0, "", alias)
        at = data.find(b"import", at + 6)


def _dotted(module: bytes) -> tuple[str, ...]:
    return tuple(part.decode("utf-8", "replace") for part in module.split(b".") if part)


def _names(text: bytes) -> Iterable[tuple[str, str]]:
    """The names an import takes, each with its alias."""
    inner = b"\n".join(line.partition(b"#")[0] for line in text.strip(b"()").splitlines())
    for item in inner.replace(b"\\", b" ").split(b","):
        words = item.decode("utf-8", "replace").split()
        if words:
            yield words[0], words[2] if len(words) > 2 and words[1] == "as" else ""
