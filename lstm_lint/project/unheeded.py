"""Paths on which word of new weights is taken, or heard, and the state of the old ones goes on all the same.

``if self.seen != self.version:`` with a reset under one more condition in it, or of one part of the state, or in the
wrong arm; the stamp made the newer one where nothing is reset. A function is run over what may be so of the word and of
each part of the state. Where anything is not understood that may begin the state anew, the path is taken to be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.engine import run as run_shape
from lstm_lint.flow import Branch, Exits, Leave, Loop, Shape, Try, TryPart
from lstm_lint.model import Span
from lstm_lint.project.looks import ANEW, is_environment
from lstm_lint.project.signals import Signal
from lstm_lint.project.stamp_tests import names_of
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.vocabulary.names import looks_like_state

_DEEP = 4
_MANY = 200
_BEGINS = re.compile(
    r"^(pop|clear|discard|popitem|update|mask)$|^_?(reset|forget|drop|begin|start|restart|init|new|fresh|wipe|flush|zero)"
    r"|_$",
    re.IGNORECASE,
)
_SAME_STATE = frozenset({"get", "detach", "clone", "to", "cpu", "cuda", "float", "half", "copy", "contiguous", "values",
                         "items", "keys", "setdefault", "requires_grad_", "numpy"})  # fmt: skip
_SAYS = re.compile(r"^(print|len|str|repr|log\w*|debug|info|warn\w*|error|exception|append|put|send\w*|write|record\w*"
                   r"|add_scalars?|observe|inc|set)$")  # fmt: skip
_FROM_OUTSIDE = frozenset({"empty", "qsize", "poll", "random", "rand"})
"""What is asked for with these has nothing to do with what the program has done before."""
_ARITHMETIC = frozenset({"torch", "np", "numpy", "jnp", "jax", "F", "th", "tf", "math"})
_RECURRENT = re.compile(r"recurrent|lstm|rnn|gru|stateful|memory|hidden", re.IGNORECASE)

Called = FunctionInfo | Literal["unknown", "unclear"]
"""What a call runs: a function of the project, none in view, or one of several."""


class _LostError(Exception):
    """There is too much to follow."""


@dataclass(frozen=True, slots=True)
class World:
    """What may be so at one place of a path.

    ``old``: the parts of the state that other weights made, attributes with a point before their name, and variables
    that such a part is in. ``heard``: the word was asked for while it was given. ``known``: variables and attributes
    that are true or false. ``free``: variables whose value has nothing to do with what went before. ``murky``: what led
    here may have to do with the state.
    """

    given: bool
    old: frozenset[str]
    heard: bool = False
    murky: bool = False
    known: frozenset[tuple[str, bool]] = frozenset()
    free: frozenset[str] = frozenset()
    result: tuple[Span, bool] | None = None

    @property
    def kept(self) -> bool:
        """Whether a part of the state is of other weights for sure, and nothing says so any more."""
        return not self.given and not self.murky and any(name.startswith(".") for name in self.old)


Worlds = frozenset[World]
_Arms = tuple[Iterable[World], Iterable[World]]


class Surroundings(NamedTuple):
    """What is known of the project."""

    resolve: Callable[[FunctionInfo, facts.Call], Called]
    named: Callable[[str], tuple[FunctionInfo, ...]]
    kept: Callable[[facts.Call], frozenset[str]]
    """What an instance keeps that a call makes; nothing for any other call."""
    attributes: dict[str, bool]
    """The attributes that functions assign; whether constructors alone do."""


class Following:
    """One word and the state of one record, followed through functions."""

    def __init__(self, signal: Signal, states: frozenset[str], loads: dict[str, set[Span]], near: Surroundings) -> None:
        self.signal = signal
        self.states = states
        self.loads = loads
        self.around = near
        self.stepped = False
        self.used = False
        self.heard = False
        self._touching: dict[str, bool] = {}
        self._holding: dict[str, frozenset[str]] = {}

    @property
    def heeded(self) -> bool:
        """Whether the word was asked for in what was run last, and nothing may have been done with an old state."""
        return self.heard and not self.used

    @property
    def all_old(self) -> frozenset[str]:
        """Every part of the state."""
        return frozenset(f".{name}" for name in self.states)

    def ends(self, function: FunctionInfo, loaded: bool = True) -> Worlds | None:
        """How a function may end that begins after a load, or where it does not, before its own; None if not known.

        Then ``stepped`` says whether an old state is stepped in it after the word was taken or heard.
        """
        self.stepped = self.used = self.heard = False
        start = World(loaded, self.all_old if loaded else frozenset())
        try:
            return self.through(function, frozenset({start}), ())
        except _LostError:
            self.stepped, self.used = False, True
            return None

    def through(self, function: FunctionInfo, worlds: Worlds, stack: tuple[str, ...]) -> Worlds:
        """The worlds in which a function ends, not by an exception."""
        exits: Exits[Worlds] = run_shape(function.fact.body, worlds, _Frame(self, function, (*stack, function.id)))
        return (exits.normal or frozenset()) | (exits.returned or frozenset())

    def holding(self, function: FunctionInfo) -> frozenset[str]:
        """What keeps parts of the state in a function: ``rider`` of ``rider.h``, ``riders`` that it is taken out of."""
        found = self._holding.get(function.id)
        if found is None:
            found = self._holding[function.id] = names_of(function.fact, self.states) - self.states
        return found

    def touches(self, function: FunctionInfo) -> bool:
        """Whether a function, or what it calls, has to do with the word or the state."""
        found = self._touching.get(function.id)
        if found is None:
            self._touching[function.id] = False  # a cycle is entered from somewhere else
            found = not function.fact.mentions.isdisjoint(self.states | self.signal.names) or any(
                self.touches(each)
                for call in walk.calls(function.fact.body)
                for each in self.around.named(walk.last_name(call.func))
            )
            self._touching[function.id] = found
        return found


class _Frame:
    """A function under way: a domain for the engine whose states are sets of worlds."""

    def __init__(self, following: Following, function: FunctionInfo, stack: tuple[str, ...]) -> None:
        self.following = following
        self.signal = following.signal
        self.function = function
        self.fact = function.fact
        self.stack = stack
        self.loads = following.loads.get(function.id, set())
        is_method = function.klass is not None and bool(function.fact.parameters)
        self.first = function.fact.parameters[0].name if is_method else ""
        self.branches = {id(branch.test): branch for branch in walk.branches(function.fact.body)}

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
        branch = self.branches.get(id(test))
        for world in (after for before in state for after in self._called(before, test)):
            yes, no = self._tested(world, test, branch)
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
            old = world.old | names if self._is_old(head.iterable, world) else world.old - names
            bound.add(replace(world, old=old, known=_without(world.known, names), free=world.free | names))
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

    # Tests.

    def _tested(self, world: World, test: object, branch: Branch | None) -> _Arms:
        if isinstance(test, facts.BoolOp):
            return self._both(world, test, branch)
        if isinstance(test, facts.Operation) and test.op == "not":
            yes, no = self._tested(world, test.operands[0], branch)
            return no, yes
        said = self._truth(test, world)
        if said is not None:
            heard = self._heard(world, test)
            return ([heard], []) if said else ([], [heard])
        return self._absent(world, test) or self._unknown(world, test, branch)

    def _right(self, world: World) -> World:
        """The same where nothing is known any more: what follows is taken to be right, and proves nothing."""
        self.following.used = self.following.used or bool(world.old)
        return replace(world, old=frozenset(), murky=True)

    def _both(self, world: World, test: facts.BoolOp, branch: Branch | None) -> _Arms:
        """``and`` and ``or``, part by part."""
        yes, no = self._tested(world, test.left, branch)
        first, out = (yes, list(no)) if test.op == "and" else (no, list(yes))
        on: list[World] = []
        for each in first:
            holds, fails = self._tested(each, test.right, branch)
            on += holds if test.op == "and" else fails
            out += fails if test.op == "and" else holds
        return (on, out) if test.op == "and" else (out, on)

    def _absent(self, world: World, test: object) -> _Arms | None:
        """A test of whether there is a state: where there is none, none is old."""
        subject, there = test, True
        if isinstance(test, facts.Operation) and len(test.operands) == 2:
            if test.op in ("is", "is not", "==", "!=") and walk.is_none(test.operands[1]):
                subject, there = test.operands[0], test.op in ("is not", "!=")
            elif test.op in ("in", "not in"):
                subject, there = test.operands[1], test.op == "in"
        if isinstance(subject, facts.Walrus):
            subject = subject.target
        if self._is_recurrent(subject):
            return ([world], [self._right(world)]) if there else ([self._right(world)], [world])
        name = _key(subject)
        if subject is test and not isinstance(test, (facts.Name, facts.Attribute)):
            return None
        if name not in world.old and not self._is_old(subject, world):
            return None
        none = replace(world, old=world.old - {name} if name in self.following.all_old else frozenset())
        return ([world], [none]) if there else ([none], [world])

    @staticmethod
    def _is_recurrent(expr: object) -> bool:
        """Whether a test asks whether a policy has a state at all."""
        if isinstance(expr, facts.Call):
            return walk.last_name(expr.func) == "hasattr"
        named = isinstance(expr, facts.Attribute) and _RECURRENT.search(expr.attr) is not None
        return named and not looks_like_state(walk.last_name(expr))  # type: ignore[arg-type]

    def _unknown(self, world: World, test: object, branch: Branch | None) -> _Arms:
        """A test of which nothing is known: either arm, unless it may have to do with the state."""
        if branch is None or not self._matters(branch) or self._is_free(test, world):
            return [world], [world]
        if world.heard:
            return [self._right(world)], [self._right(world)]
        if not self._signals(branch):
            return [world], [world]
        murky = replace(world, murky=True)
        return [murky], [murky]

    def _matters(self, branch: Branch) -> bool:
        """Whether an arm leaves, or does something that may have to do with the word or the state."""
        if any(isinstance(each, Leave) for arm in (branch.then, branch.orelse) for each in _shapes(arm)):
            return True
        return self._signals(branch) or any(
            _BEGINS.search(walk.last_name(call.func))
            for arm in (branch.then, branch.orelse)
            for call in walk.calls(arm)
        )

    def _signals(self, branch: Branch) -> bool:
        """Whether an arm or the test has to do with the word or the state."""
        names = self.following.states | self.signal.names
        return any(
            getattr(expr, "attr", getattr(expr, "value", None)) in names
            or (isinstance(expr, facts.Call) and any(map(self.following.touches, self._candidates(expr))))
            for action in walk.actions(branch)
            for expr in walk.expressions(action)
        )

    def _is_free(self, test: object, world: World) -> bool:
        """Whether a test has nothing to do with the state: it asks for settings, or for what just came in."""
        if isinstance(test, facts.Call) and walk.last_name(test.func) in _FROM_OUTSIDE:
            return True
        parts = walk.expressions(test)
        if any(isinstance(part, (facts.Call, facts.Walrus, facts.Conditional, facts.Comprehension)) for part in parts):
            return False
        tops = list(_tops(test))
        return bool(tops) and all(
            (part.id in world.free and not self.loads)
            if isinstance(part, facts.Name)
            else self.following.around.attributes.get(part.attr, True) and not looks_like_state(part.attr)
            for part in tops
        )

    def _truth(self, expr: object, world: World) -> bool | None:
        """How an expression comes out, where that is known."""
        said = self.signal.says(expr, self.fact, world.given)
        if said is not None:
            return said
        if isinstance(expr, facts.Constant):
            return bool(expr.value)
        if isinstance(expr, facts.Operation) and expr.op == "not":
            inner = self._truth(expr.operands[0], world)
            return None if inner is None else not inner
        if isinstance(expr, facts.BoolOp):
            both = {self._truth(expr.left, world), self._truth(expr.right, world)}
            decides = expr.op == "or"
            return decides if decides in both else None if None in both else not decides
        if isinstance(expr, facts.Walrus):
            return self._truth(expr.value, world)
        if isinstance(expr, facts.Call):
            if walk.chain(expr.func) == "bool" and len(expr.arguments) == 1:
                return self._truth(expr.arguments[0].value, world)
            return world.result[1] if world.result is not None and world.result[0] == expr.span else None
        chain = walk.chain(expr) if isinstance(expr, (facts.Name, facts.Attribute)) else None
        return dict(world.known).get(chain) if chain is not None else None

    def _heard(self, world: World, node: object) -> World:
        """The same, once the word is asked for while it is given."""
        asks = world.given and any(self._asks(expr) for expr in walk.expressions(node))
        self.following.heard = self.following.heard or asks
        return replace(world, heard=True) if asks else world

    def _asks(self, expr: object) -> bool:
        return self.signal.says(expr, self.fact, True) is not None

    # Actions.

    def _after(self, world: World, action: object) -> Iterator[World]:
        for after in self._called(world, action):
            self._note_uses(after, action)
            if self._is_unclear(after, action):
                yield self._right(after)
            elif isinstance(action, facts.Assign):
                yield self._assigned(after, action)
            elif isinstance(action, facts.Augment):
                yield self._augmented(after, action)
            elif isinstance(action, facts.Delete):
                yield replace(after, old=frozenset())
            elif isinstance(action, facts.Return):
                said = None if action.value is None else self._truth(action.value, after)
                told = after if action.value is None else self._heard(after, action.value)
                if action.value is not None and self._is_of_another(action.value, action.value):
                    told = replace(told, old=frozenset())
                result = None if said is None or action.value is None else (action.value.span, said)
                yield replace(told, result=result)
            elif isinstance(action, facts.Enter) and isinstance(action.target, facts.Name):
                yield replace(after, old=after.old - {action.target.id})
            else:
                yield after

    def _note_uses(self, world: World, action: object) -> None:
        """Something may be done with an old state: it goes into a call, or is given out."""
        if not world.old:
            return
        handed = [
            argument.value
            for call in walk.calls_in(action)
            if not _SAYS.search(walk.last_name(call.func)) and not self._is_followed(call)
            for argument in call.arguments
        ]
        if isinstance(action, facts.Return) and action.value is not None:
            handed.append(action.value)
        if any(_key(expr) in world.old and not self._is_chosen_away(expr, each, world)
               for each in handed for expr in walk.expressions(each)):  # fmt: skip
            self.following.used = True

    def _is_followed(self, call: facts.Call) -> bool:
        """Whether a call is of a function that is gone through with what it is handed."""
        found = self.following.around.resolve(self.function, call)
        return isinstance(found, FunctionInfo) and self.following.touches(found)

    def _is_chosen_away(self, expr: facts.Expr, whole: facts.Expr, world: World) -> bool:
        """Whether a part stands in the arm of a condition that is not taken."""
        chosen = [each for each in walk.expressions(whole) if isinstance(each, facts.Conditional)]
        said = [(each, self._truth(each.test, world)) for each in chosen]
        return any(
            walk.has(each.orelse if holds else each.then, expr.span) for each, holds in said if holds is not None
        )

    def _is_unclear(self, world: World, action: object) -> bool:
        """Whether the word is asked for where that is not followed: in a mask, in a comprehension."""
        asked = [expr for expr in walk.expressions(action) if self._asks(expr)]
        if not asked or not self.signal.is_compared:
            return False
        value = getattr(action, "value", None)
        if isinstance(action, (facts.Assign, facts.Return)) and self._truth(value, world) is not None:
            return False
        tests = [each.test for each in walk.expressions(action) if isinstance(each, facts.Conditional)]
        return not all(any(walk.has(test, expr.span) for test in tests) for expr in asked)

    def _assigned(self, world: World, action: facts.Assign) -> World:
        old, known, free, given = set(world.old), dict(world.known), set(world.free), world.given
        steps = self._steps(action, world)
        if steps and world.heard and not world.murky:
            self.following.stepped = True
        said = self._truth(action.value, world)
        for target, value in ((t, v) for each in action.targets for t, v in walk.paired(each, action.value)):
            whole = action.value if value is None else value
            truth = self._truth(value, world) if value is not None else None
            self._put(target, whole, world, old, steps)
            chain = walk.chain(target) or ""
            known.pop(chain, None)
            free.discard(chain)
            if truth is not None:
                known[chain] = truth
            elif isinstance(target, (facts.Name, facts.Display)) and self._comes_in(whole, world):
                free.update(each.id for each in walk.flat((target,)) if isinstance(each, facts.Name))
            if value is not None and self.signal.is_taken(target, value, self.fact, bool(self.loads)):
                given = False
            elif self.signal.is_given(target, whole, bool(self.loads)):
                given = True
        heard = world.heard or (world.given and not given)
        heard = heard or (said is not None and self._heard(world, action.value).heard)
        return replace(
            world,
            old=frozenset(old),
            known=frozenset(known.items()),
            free=frozenset(free),
            given=given,
            heard=heard and not (given and not world.given),
        )

    def _put(self, target: facts.Expr, value: facts.Expr, world: World, old: set[str], steps: bool) -> None:
        """A target gets a value: an old part of the state goes on in it, or it is new."""
        for each in walk.flat((target,)):
            key = _key(each) or _key(walk.container(each))
            if self._is_of_another(each, value):
                old.clear()
                continue
            is_part = key in self.following.all_old
            if not steps and self._is_old(value, world):
                if is_part or isinstance(each, facts.Name):
                    old.add(key)
            elif key in old:
                old.discard(key)
            elif isinstance(each, facts.Name) or is_part or key.removeprefix(".") in self.signal.names:
                continue
            elif self._is_old(each, world):
                old.clear()  # a part of what the state is in

    def _is_of_another(self, target: facts.Expr, value: facts.Expr) -> bool:
        """Whether what keeps the state is another object from here on, which has a state of its own."""
        if isinstance(value, facts.Call) and not self.following.around.kept(value).isdisjoint(self.following.states):
            return True
        if isinstance(value, facts.DictDisplay):
            keys = {key.value for key, _ in value.items if isinstance(key, facts.Constant)}
            if not keys.isdisjoint(self.following.states):
                return True
        name = (_key(target) or _key(walk.container(target))).removeprefix(".")
        return name in self.following.holding(self.function) and _makes_anew(value)

    def _augmented(self, world: World, action: facts.Augment) -> World:
        chain = walk.chain(action.target) or ""
        given = world.given or self.signal.is_given(action.target, None, bool(self.loads))
        return replace(
            world,
            old=world.old - {_key(action.target), _key(walk.container(action.target))},
            known=_without(world.known, {chain}),
            free=world.free - {chain},
            given=given,
            heard=world.heard and world.given,
        )

    def _steps(self, action: facts.Assign, world: World) -> bool:
        """Whether an old state is handed on to a call with something else, and its successor kept."""
        call = action.value.value if isinstance(action.value, facts.Await) else action.value
        if not isinstance(call, facts.Call) or len(call.arguments) < 2:
            return False
        name, root = walk.last_name(call.func), walk.root(call.func)
        if (isinstance(root, facts.Name) and root.id in _ARITHMETIC) or _BEGINS.search(name) or ANEW.search(name):
            return False
        handed = [argument.value for argument in call.arguments if self._is_old(argument.value, world)]
        into = {_key(walk.container(target)) for target in walk.flat(action.targets)}
        names = {_key(each) for argument in handed for each in walk.expressions(argument)}
        return bool(handed) and (not into.isdisjoint(self.following.all_old) or not into.isdisjoint(names - {""}))

    def _is_old(self, expr: object, world: World) -> bool:
        """Whether an expression has a state of other weights in it, as it is."""
        while True:
            if _key(expr) in world.old:
                return True
            if isinstance(expr, (facts.Attribute, facts.Subscript, facts.Await, facts.Walrus, facts.Starred)):
                expr = expr.value
            elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
                if expr.func.attr not in _SAME_STATE:
                    return False
                expr = expr.func.value
            elif isinstance(expr, facts.Conditional):
                said = self._truth(expr.test, world)
                if said is None:
                    return False
                expr = expr.then if said else expr.orelse
            elif isinstance(expr, facts.Display):
                return any(self._is_old(item, world) for item in expr.items)
            else:
                return False

    def _comes_in(self, value: facts.Expr, world: World) -> bool:
        """Whether a value comes from elsewhere: out of a call that has nothing to do with the word or the state."""
        call = value.value if isinstance(value, facts.Await) else value
        if not isinstance(call, facts.Call):
            return isinstance(call, facts.Name) and call.id in world.free
        return not any(map(self.following.touches, self._candidates(call))) and not self._is_old(call, world)

    # Calls.

    def _called(self, world: World, node: object) -> Iterable[World]:
        """The worlds once the weights that something loads are there, and what it calls is done."""
        calls = list(walk.calls_in(node))[::-1]
        worlds = [replace(world, result=None)] if calls and world.result is not None else [world]
        if self.loads and any(expr.span in self.loads for expr in walk.expressions(node)):
            worlds = [replace(each, old=self.following.all_old, heard=False) for each in worlds]
        for call in calls:
            worlds = [after for each in worlds for after in self._call(each, call, node)]
        return worlds

    def _candidates(self, call: facts.Call) -> tuple[FunctionInfo, ...]:
        found = self.following.around.resolve(self.function, call)
        if isinstance(found, FunctionInfo):
            return (found,)
        return () if found == "unknown" else self.following.around.named(walk.last_name(call.func))

    def _call(self, world: World, call: facts.Call, node: object) -> Iterable[World]:
        found = self.following.around.resolve(self.function, call)
        if found == "unknown":
            if self._is_wiped(world, call):
                return [replace(world, old=frozenset(), murky=True)]
            return [self._right(world) if self._may_begin(world, call, node) else world]
        if found == "unclear" or not isinstance(found, FunctionInfo):
            return [self._right(world) if any(map(self.following.touches, self._candidates(call))) else world]
        if not self.following.touches(found):
            return [world]
        if len(self.stack) >= _DEEP or found.id in self.stack:
            return [self._right(world)]
        return self._inlined(world, call, found)

    def _inlined(self, world: World, call: facts.Call, found: FunctionInfo) -> Iterable[World]:
        """The worlds after a function of the project, with the variables of this one as they were."""
        skipped = 1 if found.klass is not None and isinstance(call.func, facts.Attribute) else 0
        handed = {
            parameter.name
            for n, parameter in enumerate(found.fact.parameters[skipped:])
            if (value := walk.argument_of(call, parameter.name, n)) is not None and self._is_old(value, world)
        }
        parts = self.following.all_old
        mine = world.old - parts
        inside = replace(
            world,
            old=(world.old & parts) | handed,
            known=frozenset(each for each in world.known if "." in each[0]),
            free=frozenset(),
        )
        for after in self.following.through(found, frozenset({inside}), self.stack):
            said = None if after.result is None else (call.span, after.result[1])
            left = after.old & parts
            yield replace(
                after,
                old=left | (mine if left else frozenset()),
                known=frozenset(each for each in after.known if "." in each[0])
                | frozenset(each for each in world.known if "." not in each[0]),
                free=world.free,
                result=said,
            )

    def _is_wiped(self, world: World, call: facts.Call) -> bool:
        """``self.h.zero_()``; in a loop over the parts of a state each is."""
        func = call.func
        return isinstance(func, facts.Attribute) and func.attr not in _SAME_STATE and self._is_old(func.value, world)

    def _may_begin(self, world: World, call: facts.Call, node: object) -> bool:
        """Whether a call of which nothing is known may begin the state anew."""
        func, name = call.func, walk.last_name(call.func)
        root = walk.root(func)
        if isinstance(func, facts.Attribute):
            if isinstance(root, facts.Name) and root.id in _ARITHMETIC:
                return False
            if _BEGINS.search(name) and not is_environment(func.value) and isinstance(node, facts.Evaluate):
                return True
            own = isinstance(func.value, facts.Name) and func.value.id == self.first
            if own and name not in self.following.around.attributes:
                return True
        if isinstance(root, facts.Call) and walk.last_name(root.func) == "super":
            return True
        if not isinstance(node, facts.Evaluate) or _SAYS.search(name):
            return False
        return any(
            self._is_old(argument.value, world)
            or (isinstance(argument.value, facts.Name) and argument.value.id == self.first)
            for argument in call.arguments
        )


def _key(expr: object) -> str:
    """What a part of a state goes by: ``.h`` of ``self.h`` and ``memo["h"]``, ``h`` of a variable."""
    if isinstance(expr, facts.Name):
        return expr.id
    part = walk.part_name(expr)
    return f".{part}" if part else ""


def _makes_anew(value: facts.Expr) -> bool:
    """Whether a value is another object than any before it: a dict that is spelt out, an instance, None."""
    if isinstance(value, facts.Call):
        name = walk.last_name(value.func)
        return name[:1].isupper() or ANEW.search(name) is not None or _BEGINS.search(name) is not None
    return isinstance(value, (facts.DictDisplay, facts.Display, facts.Comprehension, facts.Constant))


def _without(known: frozenset[tuple[str, bool]], names: set[str]) -> frozenset[tuple[str, bool]]:
    return frozenset(each for each in known if each[0] not in names)


def _tops(node: object) -> Iterator[facts.Name | facts.Attribute]:
    """The variables and attributes of a test as they are written, not what these are taken of."""
    if isinstance(node, (facts.Name, facts.Attribute)):
        yield node
    elif isinstance(node, facts.Operation):
        for operand in node.operands:
            yield from _tops(operand)
    elif isinstance(node, facts.BoolOp):
        yield from _tops(node.left)
        yield from _tops(node.right)
    elif isinstance(node, facts.Subscript):
        yield from _tops(node.value)


def _shapes(shape: Shape) -> Iterator[Shape]:
    yield shape
    for part in walk.parts(shape):
        yield from _shapes(part)
