"""The abstract values: which objects a value may be, and how its recurrent state stands to the weights."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from typing import NamedTuple

from lstm_lint import facts
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo, Module, Types


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


class Phase(enum.Enum):
    """How a state stands to the weights that will read it."""

    FRESH = "fresh"
    CARRYING = "carrying"
    STALE = "stale"
    UNKNOWN = "unknown"


class Guard(NamedTuple):
    """A condition known on a path: the normalised text of a side-effect-free test, and how it came out."""

    atom: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Event:
    """One weight replacement in one calling context; ``chain`` are the calls that led to it, outermost first."""

    site: Site
    chain: tuple[Site, ...]
    target: Path
    receiver: str
    row: str
    sync: bool
    entry: str
    own: bool = False
    """Whether the receiver is reached through ``self`` of the method that the context starts in."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One phase a state may be in; ``owner`` is the object whose weights made it.

    ``proven``: the owner is known to be recurrent; ``assumed``: its type is a guess (an untyped SB3-shaped receiver);
    ``unknown``: not even that (RSH012). ``cause`` says why a fresh state is fresh.
    """

    phase: Phase
    owner: Path | None = None
    event: Event | None = None
    guards: frozenset[Guard] = frozenset()
    strength: str = "proven"  # proven | inferred | unknown
    cause: str = "initial"


FRESH = Tag(Phase.FRESH)
UNKNOWN_TAG = Tag(Phase.UNKNOWN)


class CallMark(NamedTuple):
    """A call that a value came out of: whose call, and from which places its arguments were read.

    ``stale`` is set once the weights that made the value were replaced.
    """

    site: Site
    owner: Path
    places: frozenset[Place]
    result: int = -2
    stale: Tag | None = None


class Callable(NamedTuple):
    """A function of the project, bound to a receiver and to leading arguments as far as known."""

    function: FunctionInfo
    receiver: Value | None
    frame: int
    after: object = None


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may evaluate to; everything empty means nothing is known."""

    refs: frozenset[Path] = frozenset()
    types: Types = frozenset()
    tags: frozenset[Tag] = frozenset()
    src: frozenset[Place] = frozenset()
    calls: frozenset[CallMark] = frozenset()
    const: facts.Constant | None = None
    callables: frozenset[Callable] = frozenset()
    classes: frozenset[ClassInfo | str] = frozenset()
    external: str = ""
    module: str = ""
    items: tuple[Value, ...] | None = None
    keys: tuple[tuple[object, Value], ...] | None = None
    weights_of: frozenset[Path] = frozenset()
    parameters_of: frozenset[Path] = frozenset()
    holds: frozenset[Path] = frozenset()
    inferred: bool = False
    ones: bool = False
    known: bool = True
    element: Value | None = None
    copied: bool = False
    answer: str = ""
    """The atom that stands for the truth of what a call returned, for conditions on it."""

    def with_src(self, place: Place) -> Value:
        """The same value as read from a place."""
        return self if place in self.src else replace(self, src=self.src | {place})

    @property
    def is_none(self) -> bool:
        """Whether it is the literal None."""
        return self.const is not None and self.const.value is None

    def literal(self) -> object:
        """The literal it is; Ellipsis when it is none."""
        return self.const.value if self.const is not None else ...


NOTHING = Value()
OPAQUE = Value(known=False)


def join_values(left: Value, right: Value) -> Value:
    """A value that may be either."""
    if left == right:
        return left
    items = None
    if left.items is not None and right.items is not None and len(left.items) == len(right.items):
        items = tuple(join_values(a, b) for a, b in zip(left.items, right.items, strict=True))
    keys = None
    if left.keys is not None and right.keys is not None:
        both = dict(left.keys)
        for key, value in right.keys:
            both[key] = join_values(both[key], value) if key in both else value
        keys = tuple(both.items())
    element = left.element
    if right.element is not None:
        element = right.element if element is None else join_values(element, right.element)
    return Value(
        refs=left.refs | right.refs,
        types=left.types | right.types,
        tags=left.tags | right.tags,
        src=left.src | right.src,
        calls=left.calls | right.calls,
        const=left.const if left.const == right.const else None,
        callables=left.callables | right.callables,
        classes=left.classes | right.classes,
        external=left.external if left.external == right.external else "",
        module=left.module if left.module == right.module else "",
        items=items,
        keys=keys,
        weights_of=left.weights_of | right.weights_of,
        parameters_of=left.parameters_of | right.parameters_of,
        holds=left.holds | right.holds,
        inferred=left.inferred or right.inferred,
        ones=left.ones and right.ones,
        known=left.known and right.known,
        element=element,
        copied=left.copied or right.copied,
        answer=left.answer if left.answer == right.answer else "",
    )


class FunctionScope(NamedTuple):
    """The static scope a frame runs in."""

    module: Module
    klass: ClassInfo | None
    function: FunctionInfo | None
