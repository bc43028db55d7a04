"""What holds at one point of a path: the values of places, conditions known, objects built on the way."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from lstm_lint.model import Span
from lstm_lint.project import Types
from lstm_lint.typestate.parting import ended, parting, under
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root
from lstm_lint.typestate.tables import Heap, Table
from lstm_lint.typestate.values import CallMark, Guard, Phase, Tag, Value, join_values, replace


class State:
    """Mutable; the engine copies it where paths part."""

    __slots__ = ("env", "fresh", "guards", "heap", "kept", "lent", "loads", "narrowed", "parted", "ran", "repeated")

    def __init__(self) -> None:
        self.env: Table[Local] = Table()
        self.heap = Heap()
        self.guards: dict[str, bool] = {}
        self.loads: frozenset[object] = frozenset()
        self.fresh: frozenset[Root] = frozenset()
        self.narrowed: dict[Path, Types] = {}
        self.lent: dict[Path, frozenset[Path]] = {}
        """The objects that have got the weights of others on this path, and of which."""
        self.kept: dict[Path, frozenset[Place]] = {}
        """The objects whose weights were asked for, perhaps to be kept, and where they have made a state since."""
        self.parted = False
        """Whether a state that is not stale is wrong under a condition only: a call resets it, or an episode ended."""
        self.ran: frozenset[tuple[int, Span]] = frozenset()
        """The calls that stepped a policy, by activation and place, after which no environment was stepped yet."""
        self.repeated: frozenset[tuple[int, Span]] = frozenset()
        """Those after which one was: the next run of such a call is one more in the same episode."""

    def copy(self) -> State:
        """An independent state with the same content."""
        other = State()
        other.env = Table(self.env)
        other.heap = Heap(self.heap)
        other.guards = dict(self.guards)
        other.loads = self.loads
        other.fresh = self.fresh
        other.narrowed = dict(self.narrowed)
        other.lent = dict(self.lent)
        other.kept = dict(self.kept)
        other.parted = self.parted
        other.ran, other.repeated = self.ran, self.repeated
        return other

    def become(self, other: State) -> None:
        """Hold from here on what holds in the other."""
        self.env, self.heap, self.guards = other.env, other.heap, other.guards
        self.loads, self.fresh, self.narrowed, self.parted = other.loads, other.fresh, other.narrowed, other.parted
        self.lent, self.kept = other.lent, other.kept
        self.ran, self.repeated = other.ran, other.repeated

    def same(self, other: State) -> bool:
        """Whether both hold the same."""
        return (
            self.env == other.env
            and self.heap == other.heap
            and self.guards == other.guards
            and self.loads == other.loads
            and self.fresh == other.fresh
            and self.narrowed == other.narrowed
            and self.lent == other.lent
            and self.kept == other.kept
            and self.ran == other.ran
            and self.repeated == other.repeated
        )

    def get(self, place: Place) -> Value | None:
        """The value of a place that was assigned or read before."""
        return self.env.get(place) if isinstance(place, Local) else self.heap.get(place)

    def put(self, place: Place, value: Value) -> None:
        """Set the value of a place."""
        if isinstance(place, Local):
            self.env[place] = value
        else:
            self.heap[place] = value

    def items(self) -> Iterator[tuple[Place, Value]]:
        """Every place with its value."""
        yield from self.env.items()
        yield from self.heap.items()

    def join(self, other: State, default: Callable[[FieldPlace, State], Value | None]) -> State:
        """This state widened by another one; ``default`` is the value of a place one of them never touched."""
        here, there = parting(self.guards, other.guards)
        for local, value in other.env.items():
            mine = self.env.get(local)
            if mine is not value:
                self.env[local] = value if mine is None else join_values(*self._apart(mine, value, here, there))
        mine_alone = [place for place in self.heap if place not in other.heap]
        for place in (*other.heap, *mine_alone):
            left = self.heap.get(place)
            right = other.heap.get(place)
            if left is right:
                continue
            left = left or default(place, self)
            right = right or default(place, other)
            if left is None or right is None:
                self.heap[place] = left or right or Value()
            else:
                self.heap[place] = join_values(*self._apart(left, right, here, there))
        self.guards = {atom: holds for atom, holds in self.guards.items() if other.guards.get(atom) is holds}
        self.loads |= other.loads
        self.parted |= other.parted
        self.kept = {path: made | other.kept[path] for path, made in self.kept.items() if path in other.kept}
        for path, sources in other.lent.items():
            self.lent[path] = self.lent.get(path, frozenset()) | sources
        self.ran |= other.ran
        self.repeated |= other.repeated
        self.fresh |= other.fresh
        self.narrowed = {p: t for p, t in self.narrowed.items() if other.narrowed.get(p) == t}
        return self

    def _apart(self, left: Value, right: Value, here: frozenset[Guard], there: frozenset[Guard]) -> tuple[Value, Value]:
        """Two values about to be joined: a state that goes on in one of them alone does so under that path's tests."""
        if not here or left.tags == right.tags:
            return left, right
        one, other = under(left, right, here, self.reach), under(right, left, there, self.reach)
        self.parted = self.parted or one is not left or other is not right
        return one, other

    def reach(self, path: Path) -> frozenset[Path]:
        """The object and every object that it holds under a name of its own."""
        return self.heap.links.reach(path)

    def ways(self, path: Path) -> Sequence[FieldPlace]:
        """The attributes of other objects that hold the object."""
        return self.heap.links.holders.get(path, ())

    def retag(self, change: Callable[[Place, Tag], frozenset[Tag] | None], under: str | None = None) -> None:
        """Replace tags everywhere; ``change`` gives what a tag becomes, None to keep it.

        With ``under``, only where something is so under a condition that has this in it.
        """
        for place, value in self.bearing(under):
            new = retagged(value, place, change) if value.tagged else value
            if new is not value:
                self.put(place, new)

    def remark(self, change: Callable[[CallMark], CallMark]) -> None:
        """Replace the marks of calls that values came out of."""
        self._remark(self.bearing(), change)

    def remark_stale(self, change: Callable[[CallMark, Tag], Tag | None], under: str | None = None) -> None:
        """Replace what is stale of the outcomes of calls; None is for an outcome that is right. ``under`` as above."""

        def remarked(mark: CallMark) -> CallMark:
            new = None if mark.stale is None else change(mark, mark.stale)
            return mark if new is mark.stale else mark._replace(stale=new)

        self._remark(((place, value) for place, value in self.bearing(under) if value.outdated), remarked)

    def _remark(self, values: Iterable[tuple[Place, Value]], change: Callable[[CallMark], CallMark]) -> None:
        known: _Marks = {}
        for place, value in values:
            new = _remarked(value, change, known)
            if new is not value:
                self.put(place, new)

    def bearing(self, under: str | None = None) -> Iterable[tuple[Place, Value]]:
        """The places whose values may carry a state; with ``under``, only under a condition that has this in it."""
        if under is None:
            return (*self.env.bearing(), *self.heap.bearing())
        conditional: Iterable[tuple[Place, Value]] = (*self.env.conditional(), *self.heap.conditional())
        return [(place, value) for place, value in conditional if under in value.atoms]

    def forget_guards(self, token: str, others: re.Pattern[str] | None = None) -> None:
        """Conditions that mention a variable no longer say anything once it is assigned.

        What is said there of ``others`` still holds.
        """

        def is_mentioned(atom: str) -> bool:
            return token in atom and (others is None or token in others.sub("", atom))

        self.guards = {atom: holds for atom, holds in self.guards.items() if not is_mentioned(atom)}
        if not self.loads and not self.parted:
            return  # nothing is stale yet

        def freed(tag: Tag) -> Tag:
            return tag.under(frozenset(guard for guard in tag.guards if not is_mentioned(guard.atom)))

        def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
            return frozenset({freed(tag)}) if token in tag.atoms else None

        self.retag(change, under=token)
        self.remark_stale(lambda _, tag: freed(tag) if token in tag.atoms else tag, under=token)

    def reword(self, atom: str, other: str, unless: frozenset[Guard]) -> None:
        """A condition goes by another name from here on, wherever a state is so under it; ``unless`` where it fails."""
        if not self.loads and not self.parted:
            return  # nothing is stale yet
        failing = Guard(atom, False)

        def reworded(tag: Tag) -> Tag:
            guards = (tag.guards - {failing}) | unless if unless and failing in tag.guards else tag.guards
            return tag.under(frozenset(guard._replace(atom=guard.atom.replace(atom, other)) for guard in guards))

        def change(_: Place, tag: Tag) -> frozenset[Tag] | None:
            return frozenset({reworded(tag)}) if atom in tag.atoms else None

        self.retag(change, under=atom)
        self.remark_stale(lambda _, tag: reworded(tag) if atom in tag.atoms else tag, under=atom)

    def forget_answers(self, token: str) -> None:
        """A flag is assigned: what was made of it before no longer says what it is."""
        for place, value in list(self.items()):
            if value.answer and token in value.answer:
                self.put(place, replace(value, answer=""))

    def stamp(self, atom: str, holds: bool, known: Guard | None = None) -> None:
        """What is wrong on this path is so while a condition is as it is; with ``known``, only what is under that."""
        if not self.loads and not self.parted:
            return  # nothing is stale yet, and no episode has ended
        guard = Guard(atom, holds)

        def stamped(tag: Tag) -> Tag:
            if guard in tag.guards or (known is not None and known not in tag.guards):
                return tag
            return tag.under(tag.guards | {guard})

        self.retag(lambda _, tag: frozenset({stamped(tag)}) if tag.phase is Phase.STALE or ended(tag) else None)
        self.remark_stale(lambda _, tag: stamped(tag))

    def drop_contradicted(self, atom: str, holds: bool) -> None:
        """On the arm where a condition came out the other way, states staled under it do not exist."""
        contradiction = Guard(atom, not holds)
        self.drop_where(lambda guards: contradiction in guards, under=atom)

    def drop_where(self, contradicted: Callable[[frozenset[Guard]], bool], under: str = "") -> None:
        """States that went stale under conditions that do not hold on this path do not exist here.

        ``under`` is in each of these conditions.
        """
        if not self.loads and not self.parted:
            return  # nothing is stale yet

        def change(place: Place, tag: Tag) -> frozenset[Tag] | None:
            return frozenset() if tag.guards and contradicted(tag.guards) else None

        self.retag(change, under=under)
        self.remark_stale(lambda _, tag: None if contradicted(tag.guards) else tag, under=under)


_Marks = dict[frozenset[CallMark], frozenset[CallMark]]
"""What became of marks: many values came out of the same calls."""


def retagged(value: Value, place: Place, change: Callable[[Place, Tag], frozenset[Tag] | None]) -> Value:
    """The value with its tags, and those of its items, changed; the same object when nothing changes."""
    if not value.bears_state:
        return value
    tags = _changed(value.tags, place, change)
    items, keys, element = value.items, value.keys, value.element
    if items is not None:
        items = _all_same(items, tuple(retagged(item, place, change) for item in items))
    if keys is not None:
        keys = _same_keys(keys, tuple(retagged(item, place, change) for _, item in keys))
    if element is not None:
        element = retagged(element, place, change)
    if tags is value.tags and items is value.items and keys is value.keys and element is value.element:
        return value
    return replace(value, tags=tags, items=items, keys=keys, element=element)


def _changed(
    tags: frozenset[Tag], place: Place, change: Callable[[Place, Tag], frozenset[Tag] | None]
) -> frozenset[Tag]:
    """The same set where each tag is kept."""
    results = [(tag, change(place, tag)) for tag in tags]
    if all(result is None for _, result in results):
        return tags
    new: set[Tag] = set()
    for tag, result in results:
        new |= {tag} if result is None else result
    return tags if new == tags else frozenset(new)


def _all_same(before: tuple[Value, ...], after: tuple[Value, ...]) -> tuple[Value, ...]:
    return before if all(map(operator.is_, before, after)) else after


def _same_keys(before: tuple[tuple[object, Value], ...], after: tuple[Value, ...]) -> tuple[tuple[object, Value], ...]:
    if all(old is new for (_, old), new in zip(before, after, strict=True)):
        return before
    return tuple((key, new) for (key, _), new in zip(before, after, strict=True))


def _remarked(value: Value, change: Callable[[CallMark], CallMark], known: _Marks) -> Value:
    if not value.bears_state:
        return value
    calls, items, keys, element = value.calls, value.items, value.keys, value.element
    if calls:
        if calls not in known:
            changed = [change(mark) for mark in calls]
            known[calls] = calls if all(map(operator.is_, calls, changed)) else frozenset(changed)
        calls = known[calls]
        if calls == value.calls:
            calls = value.calls
    if items:
        items = _all_same(items, tuple(_remarked(item, change, known) for item in items))
    if keys:
        keys = _same_keys(keys, tuple(_remarked(item, change, known) for _, item in keys))
    if element is not None:
        element = _remarked(element, change, known)
    if calls is value.calls and items is value.items and keys is value.keys and element is value.element:
        return value
    return replace(value, calls=calls, items=items, keys=keys, element=element)
