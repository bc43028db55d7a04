"""Networks of one's own whose state is made anew in the loop that steps an environment: they have no memory there.

Only what is certain counts. The state is begun on every way through the loop, the network is handed what the
environment gave, one observation and no sequence of them, and the episode goes on meanwhile. That one call is one
step is told by the code itself: the state was begun before the loop too and is carried on there, in vain, or the
network is built of cells, which go no further in a call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Listed
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.beginning import BEGINS, begins_an_episode, given, makes, names_in, tells_ends
from lstm_lint.project.cells import is_of_cells
from lstm_lint.project.classes import ClassRef
from lstm_lint.project.inference import Typing
from lstm_lint.project.lengths import adds_one, grows, is_one_long
from lstm_lint.project.looks import is_environment
from lstm_lint.project.passed import Passed
from lstm_lint.project.placed import Placed, place_each
from lstm_lint.project.recurrence import Recurrence
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module
from lstm_lint.project.types import Scope
from lstm_lint.project.unfed import is_state, unfed
from lstm_lint.vocabulary.names import looks_like_state

_GATHERS = frozenset({
    "append", "appendleft", "extend", "cat", "concat", "concatenate", "stack", "vstack", "hstack", "roll", "deque",
    "list", "pad", "sample",
})  # fmt: skip
"""Calls that make one sequence of many observations."""


class Renewed(NamedTuple):
    """A call that steps a network, and where the state that it reads was made anew for it.

    ``dropped``: it was made once, before the loop, and what the call returns in its stead goes nowhere.
    """

    module: Module
    function: facts.FunctionFact | None
    call: facts.Call
    begun: facts.Expr
    dropped: bool = False


def renewed(
    modules: Iterable[Module],
    functions: Iterable[FunctionInfo],
    typing: Typing,
    passed: Passed,
    recurrence: Recurrence,
    paths: frozenset[str],
) -> Iterator[Renewed]:
    """The calls in the files at ``paths``, by module, its own code last."""
    for function in functions:
        if function.module.path in paths and "step" in function.fact.mentions:
            yield from _Body(function.fact.body, Scope(function.module, function.klass, function.fact),
                             typing, passed, recurrence).find()  # fmt: skip
    for module in modules:
        if module.path in paths and "step" in module.facts.mentions:
            yield from _Body(module.facts.body, Scope(module), typing, passed, recurrence).find()


class _Begun(NamedTuple):
    """A state is begun: by an assignment to these variables, in the object of this chain, or in a ``call`` itself."""

    at: int
    names: frozenset[str]
    owner: facts.Expr | None
    value: facts.Expr
    call: facts.Call | None = None


class _Body:
    """One function, or the code of a module."""

    def __init__(
        self, shape: Shape, scope: Scope, typing: Typing, passed: Passed, recurrence: Recurrence
    ) -> None:
        self._scope = scope
        self._typing = typing
        self._passed = passed
        self._recurrence = recurrence
        self._actions = list(place_each(shape))

    def find(self) -> Iterator[Renewed]:
        loops = dict.fromkeys(each.loops for each in self._actions if each.loops)
        for loop in loops:
            inside = [each for each in self._actions if each.loops == loop]
            acting = self._acting(inside)
            seen = self._observations(inside) if acting else set()
            for begun in self._begun(inside, seen) if acting else ():
                call = self._stepped(inside, begun, seen)
                if call is not None and not acting.isdisjoint(_results(inside, call)):
                    yield Renewed(self._scope.module, self._scope.function, call, begun.value)
            for call, made in unfed(self._actions, loop, self._returns_state) if acting else ():
                sees = not seen.isdisjoint(given(call)) and not acting.isdisjoint(_results(inside, call))
                if sees and (self._is_single(inside, call) or all(map(is_of_cells, self._networks(call)))):
                    yield Renewed(self._scope.module, self._scope.function, call, made, True)

    def _returns_state(self, call: facts.Call, at: int, count: int) -> bool:
        """Whether a recurrent network returns a state as this item of so many, and is handed one."""
        networks = self._networks(call)
        returns = [
            value.items
            for ref in networks
            if isinstance(method := self._typing.classes.method(ref, _method(call) or "forward"), FunctionInfo)
            or isinstance(method := self._typing.classes.method(ref, "forward"), FunctionInfo)
            for value in self._typing.bindings(method.fact).returns
            if isinstance(value, facts.Display)
        ]
        return bool(returns) and all(
            len(items) == count and is_state(items[at]) for items in returns
        )

    def _acting(self, inside: Listed[Placed]) -> set[str]:
        """What the action is made of by which each round of a loop steps an environment, in one episode; else empty."""
        always = [call for each in inside if each.conditional < 0 for call in walk.calls_in(each.action)]
        steps = [c for c in always if _method(c) == "step" and c.arguments and self._is_environment(c)]
        if len(steps) != 1 or any(map(begins_an_episode, always)):
            return set()
        found = set(given(steps[0]))
        if _root(steps[0]) in {name for each in inside for name in _bound(each.action)}:
            return set()  # another environment in each round
        for each in reversed(inside):
            if not found.isdisjoint(_bound(each.action)):
                found |= _read(each.action)
        return found

    def _is_environment(self, call: facts.Call) -> bool:
        assert isinstance(call.func, facts.Attribute)
        owner = call.func.value
        types = self._passed.of(owner, self._scope)
        if any(self._typing.classes.kind(t.ref) == "env" for t in types) or is_environment(owner):
            return True
        return bool(types) and all(self._is_plain_environment(t.ref) for t in types)

    def _is_plain_environment(self, ref: ClassRef) -> bool:
        """Whether a class of the project is an environment without saying so: it can be stepped, and begun anew."""
        if not isinstance(ref, ClassInfo) or self._recurrence.of(ref) == "yes":
            return False
        methods = (self._typing.classes.method(ref, name) for name in ("reset", "step"))
        return all(isinstance(method, FunctionInfo) for method in methods)

    def _begun(self, inside: Listed[Placed], seen: set[str]) -> Iterator[_Begun]:
        for at, each in enumerate(inside):
            action = each.action
            if each.conditional >= 0 or any(tells_ends(call, seen) for call in walk.calls_in(action)):
                continue
            if isinstance(action, facts.Assign) and isinstance(action.value, facts.Call) and not makes(action.value):
                for argument in action.value.arguments:
                    if makes(argument.value) and isinstance(argument.value, (facts.Call, facts.Display)):
                        yield _Begun(at, frozenset(), None, argument.value, action.value)
            if isinstance(action, facts.Assign) and makes(action.value):
                targets = list(walk.flat(action.targets))
                names = frozenset(t.id for t in targets if isinstance(t, facts.Name) and looks_like_state(t.id))
                if len(names) == len(targets):
                    yield _Begun(at, names, None, action.value)
            elif isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
                func = action.value.func
                if isinstance(func, facts.Attribute) and BEGINS.search(func.attr):
                    yield _Begun(at, frozenset(), func.value, action.value)

    def _stepped(self, inside: Listed[Placed], begun: _Begun, seen: set[str]) -> facts.Call | None:
        """The call that reads the state, where it is sure that it takes one step of the episode with it."""
        if begun.call is not None:
            sees = not seen.isdisjoint(given(begun.call)) and self._networks(begun.call)
            return begun.call if sees and self._is_one_step(inside, inside[begun.at :], begun.call, begun) else None
        for at in range(begun.at + 1, len(inside)):
            action = inside[at].action
            calls = [call for call in walk.calls_in(action) if self._reads(call, begun)]
            if calls:
                known = [call for call in calls if not seen.isdisjoint(given(call))]
                sure = known and self._is_one_step(inside, inside[at:], known[0], begun)
                return known[0] if sure else None
            if not begun.names.isdisjoint(_read(action) | set(_bound(action))) or _writes_into(action, begun.owner):
                return None
        return None

    def _reads(self, call: facts.Call, begun: _Begun) -> bool:
        if begun.owner is None:
            return begun.names <= set(given(call)) and bool(self._networks(call))
        callee, owner = walk.chain(call.func), walk.chain(begun.owner)
        if callee is None or owner is None or BEGINS.search(_method(call)):
            return False
        inner = callee == owner or callee.startswith(f"{owner}.")
        holder = callee.rpartition(".")[0]
        return (inner or (bool(holder) and owner.startswith(f"{holder}."))) and bool(self._networks(call))

    def _networks(self, call: facts.Call) -> list[ClassRef]:
        """The recurrent classes of what is called, or of the object whose method it is."""
        exprs = [call.func]
        if isinstance(call.func, facts.Attribute):
            exprs.append(call.func.value)
        for expr in exprs:
            types = self._passed.of(expr, self._scope)
            found = [t.ref for t in types if not t.of_class and self._recurrence.of(t.ref) == "yes"]
            if found:
                return found
        return []

    def _is_one_step(
        self, inside: Listed[Placed], after: Listed[Placed], call: facts.Call, begun: _Begun
    ) -> bool:
        result = _result(after[0].action, call)
        if begun.call is None and begun.owner is None and not any(looks_like_state(name) for name in result):
            return False
        if any(looks_like_state(name) and name not in begun.names for name in given(call)):
            return False  # another state, which may go on
        if begun.owner is not None:
            owners = [t.ref for t in self._typing.of(begun.owner, self._scope)]
            return bool(owners) and all(map(is_of_cells, owners))
        taking = [each.action for each in after[1:] if _takes(each.action, result)]
        carried = any(not begun.names.isdisjoint(_bound(action)) for action in taking)
        if carried and self._is_begun_before(begun):
            return True
        if begun.call is not None and len(result) < 2:
            return False
        if begun.names <= set(result) and self._is_single(inside, call):
            return True
        return all(is_of_cells(ref) for ref in self._networks(call))

    def _is_single(self, inside: Listed[Placed], call: facts.Call) -> bool:
        """Whether what the network sees is made one step long, by what hands it in or by the method that is called."""
        names = set(given(call))
        outside: list[object] = [argument.value for argument in call.arguments]
        outside += [each.action for each in inside if not names.isdisjoint(_bound(each.action))]
        layers = [outside]
        name = _method(call)
        for ref in self._networks(call):
            for called in (name, "forward") if name else ("forward",):
                method = self._typing.classes.method(ref, called)
                if isinstance(method, FunctionInfo):
                    layers.append(list(walk.actions(method.fact.body)))
                    if not any(map(_runs_itself, walk.calls(method.fact.body))):
                        break
        found = [list(walk.expressions(tuple(layer))) for layer in layers]
        if any(any(map(is_one_long, exprs)) for exprs in found):
            return True
        return sum(any(map(adds_one, exprs)) for exprs in found) > 1

    def _is_begun_before(self, begun: _Begun) -> bool:
        return any(
            isinstance(each.action, facts.Assign)
            and each.action.value is not begun.value
            and makes(each.action.value)
            and begun.names <= set(_bound(each.action))
            for each in self._actions
        )

    def _observations(self, inside: Listed[Placed]) -> set[str]:
        """The variables that hold what an environment gave at this step or the last one, by whatever way."""
        found: set[str] = set()
        grown = {_root(call) for each in self._actions for call in walk.calls_in(each.action) if grows(call)}
        count = -1
        while len(found) != count:
            count = len(found)
            for each in self._actions:
                action = each.action
                if isinstance(action, facts.Assign) and self._is_observed(action.value, found):
                    found |= {name for name in _bound(action) if not looks_like_state(name)} - grown
        return found & {name for each in inside for name in (*_bound(each.action), *_read(each.action))}

    def _is_observed(self, value: facts.Expr, known: set[str]) -> bool:
        calls = [expr for expr in walk.expressions(value) if isinstance(expr, facts.Call)]
        if any(walk.last_name(call.func) in _GATHERS for call in calls):
            return False
        if any(isinstance(call.func, facts.Attribute) and self._is_environment(call) for call in calls):
            return True
        return not known.isdisjoint(names_in(value)) and not any(self._networks(call) for call in calls)


def _runs_itself(call: facts.Call) -> bool:
    return walk.chain(call.func) in ("self", "self.forward")


def _root(call: facts.Call) -> str:
    return (walk.chain(call.func) or "").partition(".")[0]


def _results(inside: Listed[Placed], call: facts.Call) -> set[str]:
    """The variables that the statement of a call binds."""
    return {name for each in inside if call in walk.calls_in(each.action) for name in _bound(each.action)}


def _method(call: facts.Call) -> str:
    return call.func.attr if isinstance(call.func, facts.Attribute) else ""


def _bound(action: object) -> list[str]:
    targets: tuple[facts.Expr, ...] = ()
    if isinstance(action, facts.Assign):
        targets = action.targets
    elif isinstance(action, (facts.Augment, facts.Iterate)):
        targets = (action.target,)
    return [target.id for target in walk.flat(targets) if isinstance(target, facts.Name)]


def _read(action: object) -> set[str]:
    return names_in(action.value if isinstance(action, (facts.Assign, facts.Augment, facts.Evaluate)) else action)


def _takes(action: object, names: list[str]) -> bool:
    """Whether an action gives one of these variables to others."""
    return isinstance(action, facts.Assign) and not names_in(action.value).isdisjoint(names)


def _writes_into(action: object, owner: facts.Expr | None) -> bool:
    """Whether an action assigns an attribute of the object whose state was begun."""
    chain = walk.chain(owner) if owner is not None else None
    targets = walk.flat(action.targets) if isinstance(action, facts.Assign) else ()
    return chain is not None and any((walk.chain(target) or "").startswith(f"{chain}.") for target in targets)


def _result(action: object, call: facts.Call) -> list[str]:
    """The variables that the result of a call is unpacked to."""
    if isinstance(action, facts.Assign) and action.value is call:
        return _bound(action)
    return []
