"""The abstract values: which objects a value may be, and how its recurrent state stands to the weights."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import reduce
from operator import attrgetter, or_
from typing import TYPE_CHECKING, Any, NamedTuple

from lstm_lint import facts
from lstm_lint.project import ClassInfo, FunctionInfo, Types
from lstm_lint.typestate.merging import merged_calls, merged_tags
from lstm_lint.typestate.paths import Path, Place, Site


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


# Nobody writes to a Tag or a Value: they are not frozen because a frozen one takes five times as long to make,
# and making them was a third of the work.
@dataclass(slots=True)
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
    _hash: int = field(default=0, init=False, compare=False, repr=False)
    _atoms: str | None = field(default=None, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        if not self._hash:  # tags are in sets that are made anew all the time
            self._hash = hash((self.phase.value, self.owner, self.event, self.guards, self.strength, self.cause)) or 1
        return self._hash

    @property
    def atoms(self) -> str:
        """The atoms of its guards in one string, to look a variable up in."""
        if self._atoms is None:
            self._atoms = "\n".join(sorted(guard.atom for guard in self.guards))
        return self._atoms

    def under(self, guards: frozenset[Guard]) -> Tag:
        """The same under other conditions."""
        return Tag(self.phase, self.owner, self.event, guards, self.strength, self.cause)


CROSSED = "crossed"
"""How the cause of a carried state begins that an episode has ended under."""
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


@dataclass(unsafe_hash=True, slots=True)
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
    exact: int = 0
    """Whether it is a copy of weights made tensor by tensor, and whether these were changed: ``saved.EXACT``."""
    noise: int = 0
    """Whether random numbers are in it as they are, or were added to it: ``noise.RANDOM`` or ``noise.CANDIDATE``."""
    mixed: bool = False
    """Whether weights of another object were written into these, which were saved: no copy of their own any more."""
    words: frozenset[str] = frozenset()
    """The strings it may be, where they are several: the names that a loop goes through."""
    answer: str = ""
    """The atom that stands for the truth of what a call returned, for conditions on it."""
    missed: frozenset[int] = frozenset()
    """The ends of episodes, by their numbers, that a flag does not tell of."""
    generators: frozenset[int] = frozenset()
    """The activations of generators it may be that go on for ever, or that are in it."""
    _bears: int = field(default=-1, init=False, compare=False, repr=False)
    _tagged: int = field(default=-1, init=False, compare=False, repr=False)
    _outdated: int = field(default=-1, init=False, compare=False, repr=False)
    _atoms: str | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def bears_state(self) -> bool:
        """Whether it, or something in it, has tags or came out of calls."""
        if self._bears < 0:
            self._bears = bool(self.tags or self.calls or any(part.bears_state for part in self.parts()))
        return bool(self._bears)

    @property
    def tagged(self) -> bool:
        """Whether it, or something in it, has tags."""
        if self._tagged < 0:
            self._tagged = bool(self.tags or any(part.tagged for part in self.parts()))
        return bool(self._tagged)

    @property
    def outdated(self) -> bool:
        """Whether it, or something in it, came out of calls whose outcome is stale."""
        if self._outdated < 0:
            here = any(mark.stale is not None for mark in self.calls)
            self._outdated = here or any(part.outdated for part in self.parts())
        return bool(self._outdated)

    @property
    def atoms(self) -> str:
        """The atoms under which something is so of the states in it, in one string; each value is asked many times."""
        if self._atoms is None:
            said = {tag.atoms for tag in self.tags} | {part.atoms for part in self.parts()}
            said |= {mark.stale.atoms for mark in self.calls if mark.stale is not None}
            self._atoms = "\n".join(filter(None, said))
        return self._atoms

    def parts(self) -> tuple[Value, ...]:
        """What is in it: its items, the values of its keys, and what any item may be."""
        inner = () if self.element is None else (self.element,)
        return (*(self.items or ()), *(item for _, item in self.keys or ()), *inner)

    def with_src(self, place: Place) -> Value:
        """The same value as read from a place."""
        return self if place in self.src else replace(self, src=self.src | {place})

    @property
    def is_none(self) -> bool:
        """Whether it is the literal None."""
        return self.const is not None and self.const.value is None

    @property
    def spelt(self) -> frozenset[str]:
        """The strings it may be; empty when it may be anything else."""
        if self.const is None:
            return self.words
        return frozenset({self.const.value}) if isinstance(self.const.value, str) else frozenset()

    def literal(self) -> object:
        """The literal it is; Ellipsis when it is none."""
        return self.const.value if self.const is not None else ...


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:
    _FIELDS = {}

    def replace(whole: Any, **changes: Any) -> Any:
        """The same tag or value with some fields changed: what ``dataclasses.replace`` does, in a fifth of the time."""
        kind = type(whole)
        read = _FIELDS.get(kind)
        if read is None:
            read = _FIELDS[kind] = attrgetter(*(each.name for each in fields(kind) if each.init))
        made = kind(*read(whole))
        for name, value in changes.items():
            object.__setattr__(made, name, value)
        return made


NOTHING = Value()
OPAQUE = Value(known=False)


_MANY = 48
"""What may be any of more objects than that is none in particular."""


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
    element = left.element or right.element
    if left.element is not None and right.element is not None:
        element = join_values(left.element, right.element)
    elif element is not None and element.is_none and not (left.is_none or right.is_none):
        element = replace(element, const=None)  # the other one may have anything in it
    const = left.const if _same_literal(left, right) else None
    refs = left.refs | right.refs
    return Value(
        refs=refs if len(refs) <= _MANY else frozenset(),
        types=left.types | right.types,
        tags=merged_tags(left.tags, right.tags),
        src=left.src | right.src,
        calls=merged_calls(left.calls, right.calls),
        const=const,
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
        exact=left.exact | right.exact,
        noise=max(left.noise, right.noise),
        mixed=left.mixed or right.mixed,
        words=left.spelt | right.spelt if const is None and left.spelt and right.spelt else frozenset(),
        answer=left.answer if left.answer == right.answer else "",
        missed=left.missed | right.missed,
        generators=left.generators | right.generators,
    )


def _same_literal(left: Value, right: Value) -> bool:
    """Whether both are the same literal, wherever it is written."""
    if left.const is None or right.const is None:
        return left.const is right.const
    one, other = left.const.value, right.const.value
    return left.const == right.const or (type(one) is type(other) and one == other)


def packed(parts: Iterable[Value], items: tuple[Value, ...] | None = None) -> Value:
    """A collection of these values: what it carries and holds is what they do."""
    parts = tuple(parts)
    element: Value | None = None
    for part in parts:
        if part.refs or part.callables or part.classes:
            element = part if element is None else join_values(element, part)
    return Value(
        tags=frozenset().union(*(p.tags for p in parts)),
        src=frozenset().union(*(p.src for p in parts)),
        calls=frozenset().union(*(p.calls for p in parts)),
        holds=frozenset().union(*(p.refs | p.holds for p in parts)),
        weights_of=frozenset().union(*(p.weights_of for p in parts)),
        parameters_of=frozenset().union(*(p.parameters_of for p in parts)),
        items=items,
        element=element,
        copied=any(p.copied for p in parts),
        exact=reduce(or_, (p.exact for p in parts), 0),
        mixed=any(p.mixed for p in parts),
        generators=frozenset().union(*(p.generators for p in parts)),
    )


def is_zero(value: Value) -> bool:
    """Whether it is the literal zero."""
    return value.const is not None and value.literal() in (0, 0.0)


def always_true(value: Value) -> bool:
    """Whether a mask is all ones, or a literal list of them."""
    if value.ones:
        return True
    if value.items is not None:
        return bool(value.items) and all(always_true(item) for item in value.items)
    return value.const is not None and value.literal() in (True, 1, 1.0)


def all_tags(value: Value) -> set[Tag]:
    """The tags of a value and of its items."""
    found = set(value.tags)
    for item in value.items or ():
        found |= all_tags(item)
    for _, item in value.keys or ():
        found |= all_tags(item)
    return found


def all_refs(value: Value) -> frozenset[Path]:
    """The objects that a value and its items may be."""
    found = value.refs
    for item in value.items or ():
        found |= all_refs(item)
    return found


def derived(value: Value) -> Value:
    """Data computed from a value alone: it carries the same state."""
    return Value(
        tags=value.tags, src=value.src, calls=value.calls, weights_of=value.weights_of,
        parameters_of=value.parameters_of, known=value.known, copied=value.copied, noise=value.noise,
        mixed=value.mixed, exact=value.exact,
    )  # fmt: skip


def joined(results: list[Value]) -> Value:
    """A value that may be any of these."""
    value = results[0] if results else NOTHING
    for other in results[1:]:
        value = join_values(value, other)
    return value
