"""Objects by the way they are reached, and the places that values are in."""

from __future__ import annotations

from typing import NamedTuple

from lstm_lint.model import Span


class Site(NamedTuple):
    """A place in the source: what happens where; ``at`` is the statement's index in its module."""

    module: str
    path: str
    span: Span
    at: int
    function: str


class Root(NamedTuple):
    """Where an access path starts.

    ``kind``: ``parameter``, ``self``, ``global``, ``built`` (a constructor seen), ``result`` (of code that cannot be
    read), ``item`` (element of a collection that was built here). ``klass`` is the id of the class that ``self`` is.
    """

    kind: str
    name: str
    site: Site | None
    klass: str = ""


COPY = "copy of "
"""How the name of a root begins that is a copy of another object."""


def is_copy(root: Root) -> bool:
    """Whether an object is a copy made on the way."""
    return root.name.startswith(COPY)


_ALIKE = 2

_LONGEST = 12


class Path:
    """An object by the way it is reached: a root and attribute names; ``[*]`` is every element of a collection.

    There is one Path for one way: paths are keys of everything, and are compared and hashed all the time.
    """

    __slots__ = ("_children", "_hash", "_prefixes", "attrs", "root")

    root: Root
    attrs: tuple[str, ...]
    _hash: int
    _children: dict[str, Path]
    _prefixes: tuple[Path, ...]

    def __new__(cls, root: Root, attrs: tuple[str, ...] = ()) -> Path:
        """The path of that root and those attributes, made when it is first asked for."""
        start = _STARTS.get(root)
        if start is None:
            start = _STARTS[root] = _new_path(root, (), ())
        for attr in attrs:
            start = start.child(attr)
        return start

    def child(self, attr: str) -> Path:
        """The object in attribute ``attr``."""
        found = self._children.get(attr)
        if found is None:
            found = self._children[attr] = self._made_child(attr)
        return found

    def _made_child(self, attr: str) -> Path:
        """A new path, but not along a chain without end: ``node = node.next`` in a loop comes to rest."""
        if self.attrs[-_ALIKE:] == (attr,) * _ALIKE or len(self.attrs) >= _LONGEST:
            return self
        return _new_path(self.root, (*self.attrs, attr), self._prefixes)

    @property
    def parent(self) -> Path:
        """The object that this one is reached from; a root is its own."""
        return self._prefixes[1] if self.attrs else self

    def prefixes(self) -> tuple[Path, ...]:
        """The object and everything it is reached through, itself first."""
        return self._prefixes

    def starts_with(self, other: Path) -> bool:
        """Whether ``other`` is this object or one it is reached through."""
        behind = len(self.attrs) - len(other.attrs)
        if behind < 0:
            return False
        base = self._prefixes[behind]
        return base is other or (base._hash == other._hash and base == other)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        # Only paths of two analyses can be equal without being one.
        return isinstance(other, Path) and self.attrs == other.attrs and self.root == other.root

    def __str__(self) -> str:
        return "".join([self.root.name, *(a if a.startswith("[") else f".{a}" for a in self.attrs)])

    def __repr__(self) -> str:
        return f"Path({self.root!r}, {self.attrs!r})"


_STARTS: dict[Root, Path] = {}


def _new_path(root: Root, attrs: tuple[str, ...], prefixes: tuple[Path, ...]) -> Path:
    path = object.__new__(Path)
    path.root, path.attrs = root, attrs
    path._hash = hash((root, attrs))
    path._children = {}
    path._prefixes = (path, *prefixes)
    return path


def forget_paths() -> None:
    """Begin a table of paths anew; those that an earlier analysis still holds stay equal to the new ones."""
    _STARTS.clear()


class Local(NamedTuple):
    """A local variable as a place; ``frame`` numbers the activation of its function."""

    frame: int
    name: str


class FieldPlace(NamedTuple):
    """An attribute of an object as a place."""

    owner: Path
    attr: str


Place = Local | FieldPlace
