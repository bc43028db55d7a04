"""Paths on which word of new weights is taken, or heard, and the state of the old ones goes on all the same.

``if self.seen != self.version:`` with a reset under one more condition in it, or of one part of the state, or in the
wrong arm; the stamp made the newer one where nothing is reset. A function is run over what may be so of the word and of
each part of the state. Where anything is not understood that may begin the state anew, the path is taken to be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lstm_lint import facts, walk
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Exits, Loop, Try, TryPart
from lstm_lint.project.signal_calls import is_of_another, is_wiped, makes_another, may_begin, steps, uses
from lstm_lint.project.signal_tests import SignalTests
from lstm_lint.project.signal_views import View
from lstm_lint.project.signal_worlds import Following, World, Worlds, key, key_of_target, without
from lstm_lint.project.symbols import FunctionInfo

_DEEP = 4
_MANY = 200


class _LostError(Exception):
    """There is too much to follow."""


def ends(following: Following, function: FunctionInfo, loaded: bool = True) -> Worlds | None:
    """How a function may end that begins after a load, or where it does not, before its own; None if not known.

    ``following`` has what was come upon in it then.
    """
    following.begin()
    start = World(loaded, following.all_old if loaded else frozenset())
    try:
        return _through(following, function, frozenset({start}), ())
    except _LostError:
        following.stepped, following.used = False, True
        return None


def _through(following: Following, function: FunctionInfo, worlds: Worlds, stack: tuple[str, ...]) -> Worlds:
    """The worlds in which a function ends, not by an exception."""
    exits: Exits[Worlds] = run_shape(function.fact.body, worlds, _Frame(following, function, (*stack, function.id)))
    return (exits.normal or frozenset()) | (exits.returned or frozenset())


class _Frame:
    """A function under way: a domain for the engine whose states are sets of worlds."""

    def __init__(self, following: Following, function: FunctionInfo, stack: tuple[str, ...]) -> None:
        self._following = following
        self._signal = following.signal
        self._stack = stack
        self._view = View(following, function)
        self._loads = self._view.loads
        self._tests = SignalTests(self._view)

    # What the engine asks for.

    def copy(self, state: Worlds) -> Worlds:
        """The same: nothing writes to it."""
        return state

    def join(self, left: Worlds, right: Worlds) -> Worlds:
        """What may be so on either path."""
        both = left | right
        if len(both) > _MANY:
            raise _LostError
        return both

    def equal(self, left: Worlds, right: Worlds) -> bool:
        """Whether nothing new came."""
        return left == right

    def step(self, state: Worlds, action: object) -> Worlds | None:
        """The worlds after an action."""
        found = frozenset(after for world in state for after in self._after(world, action))
        return found or None

    def assume(self, state: Worlds, test: object) -> tuple[Worlds | None, Worlds | None]:
        """The worlds of both arms."""
        holds: set[World] = set()
        fails: set[World] = set()
        for world in (after for before in state for after in self._called(before, test)):
            yes, no = self._tests.arms(world, test)
            holds.update(yes)
            fails.update(no)
        return frozenset(holds) or None, frozenset(fails) or None

    def begin_round(self, state: Worlds) -> Worlds:
        """Nothing comes between two rounds."""
        return state

    def begin_loop(self, state: Worlds, loop: Loop, again: bool) -> tuple[Worlds | None, Worlds | None]:
        """The next element is bound; it may be of the state."""
        head = loop.head
        if not isinstance(head, facts.Iterate):
            return state, state
        bound: set[World] = set()
        for world in (after for before in state for after in self._called(before, head.iterable)):
            names = {each.id for each in walk.flat((head.target,)) if isinstance(each, facts.Name)}
            old = world.old | names if self._view.is_old(head.iterable, world) else world.old - names
            bound.add(replace(world, old=old, known=without(world.known, names), free=world.free | names))
        return frozenset(bound) or None, state

    def end_round(self, state: Worlds, loop: Loop) -> tuple[Worlds, Worlds | None]:
        """A round ends as it is."""
        return state, state

    def end_for(self, before: Worlds, after: Worlds, loop: Loop) -> Worlds:
        """What a loop goes through is there: where nothing is, there is no state either."""
        return after

    def goes_on(self, head: Worlds, loop: Loop) -> None:
        """No matter."""

    def passes(self, head: Worlds, loop: Loop) -> None:
        """No matter."""

    def observable(self, before: Worlds, after: Worlds) -> bool:
        """Exceptions are not followed."""
        return False

    def thrown(self, after: Worlds) -> Worlds:
        """Not asked for."""
        return after

    def settled(self, escaping: Worlds, normal: Worlds | None) -> Worlds:
        """As it is."""
        return escaping

    def trying(self, shape: Try, part: TryPart) -> None:
        """No matter."""

    def enter_handler(self, state: Worlds, action: object) -> Worlds | None:
        """What a handler finds is not followed."""
        return None

    def catches_all(self, action: object) -> bool:
        """Nothing gets past."""
        return True

    # Actions.

    def _after(self, world: World, action: object) -> Iterator[World]:
        for after in self._called(world, action):
            if uses(action, self._view, after):
                self._following.used = True
            if self._view.is_unclear(after, action):
                yield self._following.right(after)
            elif isinstance(action, facts.Assign):
                yield self._assigned(after, action)
            elif isinstance(action, facts.Augment):
                yield self._augmented(after, action)
            elif isinstance(action, facts.Delete):
                yield replace(after, old=frozenset())
            elif isinstance(action, facts.Return):
                yield self._returned(after, action.value)
            elif isinstance(action, facts.Enter) and isinstance(action.target, facts.Name):
                yield replace(after, old=after.old - {action.target.id})
            else:
                yield after

    def _returned(self, world: World, value: facts.Expr | None) -> World:
        if value is None:
            return replace(world, result=None)
        said, told = self._view.truth(value, world), self._tests.heard(world, value)
        old = frozenset[str]() if makes_another(value, self._view) else told.old
        return replace(told, old=old, result=None if said is None else (value.span, said))

    def _assigned(self, world: World, action: facts.Assign) -> World:
        old, known, free, given = set(world.old), dict(world.known), set(world.free), world.given
        goes_on = steps(action, self._view, world)
        if goes_on and world.heard and not world.murky:
            self._following.stepped = True
        for target, value in ((t, v) for each in action.targets for t, v in walk.paired(each, action.value)):
            whole = action.value if value is None else value
            truth = None if value is None else self._view.truth(value, world)
            for each in walk.flat((target,)):
                self._put(each, whole, world, old, goes_on)
            chain = walk.chain(target) or ""
            known.pop(chain, None)
            free.discard(chain)
            if truth is not None:
                known[chain] = truth
            elif isinstance(target, (facts.Name, facts.Display)) and self._view.comes_in(whole, world):
                free.update(each.id for each in walk.flat((target,)) if isinstance(each, facts.Name))
            if value is not None and self._signal.is_taken(target, value, self._view.fact, bool(self._loads)):
                given = False
            else:
                given = given or self._signal.is_given(target, whole, bool(self._loads))
        heard = world.heard or (world.given and not given)
        if not heard and self._view.truth(action.value, world) is not None:
            heard = self._tests.heard(world, action.value).heard
        return replace(
            world,
            old=frozenset(old),
            known=frozenset(known.items()),
            free=frozenset(free),
            given=given,
            heard=heard and not (given and not world.given),
        )

    def _put(self, target: facts.Expr, value: facts.Expr, world: World, old: set[str], goes_on: bool) -> None:
        """A target gets a value: an old part of the state goes on in it, or it is new."""
        name = key_of_target(target)
        is_part = name in self._following.all_old
        if is_of_another(target, value, self._view):
            old.clear()
        elif not goes_on and self._view.is_old(value, world):
            if is_part or isinstance(target, facts.Name):
                old.add(name)
        elif name in old:
            old.discard(name)
        elif isinstance(target, facts.Name) or is_part or name.removeprefix(".") in self._signal.names:
            pass
        elif self._view.is_old(target, world):
            old.clear()  # a part of what the state is in

    def _augmented(self, world: World, action: facts.Augment) -> World:
        chain = walk.chain(action.target) or ""
        return replace(
            world,
            old=world.old - {key(action.target), key(walk.container(action.target))},
            known=without(world.known, {chain}),
            free=world.free - {chain},
            given=world.given or self._signal.is_given(action.target, None, bool(self._loads)),
            heard=world.heard and world.given,
        )

    # Calls.

    def _called(self, world: World, node: object) -> Iterable[World]:
        """The worlds once the weights that something loads are there, and what it calls is done."""
        calls = list(walk.calls_in(node))[::-1]
        worlds = [replace(world, result=None) if calls else world]
        if self._loads and any(expr.span in self._loads for expr in walk.expressions(node)):
            worlds = [replace(each, old=self._following.all_old, heard=False) for each in worlds]
        for call in calls:
            worlds = [after for each in worlds for after in self._call(each, call, node)]
        return worlds

    def _call(self, world: World, call: facts.Call, node: object) -> Iterable[World]:
        found = self._view.called(call)
        if isinstance(found, FunctionInfo):
            if not self._following.touches(found):
                return [world]
            if len(self._stack) < _DEEP and found.id not in self._stack:
                return self._inlined(world, call, found)
            return [self._following.right(world)]
        if found == "unknown":
            if is_wiped(call, self._view, world):
                return [replace(world, old=frozenset(), murky=True)]
            unclear = may_begin(call, node, self._view, world)
        else:
            unclear = self._view.may_touch(call)
        return [self._following.right(world) if unclear else world]

    def _inlined(self, world: World, call: facts.Call, found: FunctionInfo) -> Iterable[World]:
        """The worlds after a function of the project, with the variables of this one as they were."""
        parts = self._following.all_old
        inside = replace(
            world,
            old=(world.old & parts) | self._handed(world, call, found),
            known=frozenset(each for each in world.known if "." in each[0]),
            free=frozenset(),
        )
        mine = frozenset(each for each in world.known if "." not in each[0])
        for after in _through(self._following, found, frozenset({inside}), self._stack):
            left = after.old & parts
            yield replace(
                after,
                old=left | (world.old - parts if left else frozenset()),
                known=mine | {each for each in after.known if "." in each[0]},
                free=world.free,
                result=None if after.result is None else (call.span, after.result[1]),
            )

    def _handed(self, world: World, call: facts.Call, found: FunctionInfo) -> set[str]:
        """The parameters that get an old part of the state."""
        skipped = 1 if found.klass is not None and isinstance(call.func, facts.Attribute) else 0
        return {
            parameter.name
            for n, parameter in enumerate(found.fact.parameters[skipped:])
            if (value := walk.argument_of(call, parameter.name, n)) is not None and self._view.is_old(value, world)
        }
