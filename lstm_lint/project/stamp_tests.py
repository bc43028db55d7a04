"""What a test of two stamps does for a state: an arm puts another in its place, lets it go, or leaves before a read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch
from lstm_lint.project.stamp_names import StampNames

_CLEARS = re.compile(r"^(pop|clear|discard)$|^_?(reset|forget|drop|begin|restart|init)", re.IGNORECASE)


class StampTests:
    """Finds the comparisons of stamps, and what follows from them."""

    def __init__(self, functions: Iterable[facts.FunctionFact]) -> None:
        self._functions = list(functions)
        self.stamps = StampNames(self._functions)
        self._putting: dict[str, set[str]] | None = None

    def compared_in(self, node: object, function: facts.FunctionFact) -> Iterator[str]:
        """The stamps of which two are compared: which is the later one is asked of two stamps, not of a limit.

        A variable of the function stands for what it was taken out of as well.
        """
        for expr in walk.expressions(node):
            if isinstance(expr, facts.Operation) and self.stamps.compares(expr):
                found = [self.stamps.all_of(each, function) for each in expr.operands]
                if all(found):
                    yield from frozenset().union(*found)

    def deciding(self, function: facts.FunctionFact, states: frozenset[str]) -> Iterator[str]:
        """The stamps whose comparison decides whether a function reads a state that goes by one of these names."""
        names = names_of(function, states)
        yield from self._in_keys(function, states)
        said = {
            walk.last_name(target): found
            for action in walk.actions(function.body)
            if isinstance(action, facts.Assign) and (found := set(self.compared_in(action.value, function)))
            for target in action.targets
            if walk.last_name(target)
        }
        for branch in walk.branches(function.body):
            asked = self._asked(branch.test, function, said)
            if asked and self._acts(branch, function, names, states):
                yield from asked
        for action in walk.actions(function.body):
            targets = walk.flat(action.targets) if isinstance(action, facts.Assign) else ()
            if isinstance(action, facts.Assign) and any(self._is_put(each, names) for each in targets):
                yield from self._asked(action.value, function, said)
            for expr in walk.expressions(action):
                if not isinstance(expr, facts.Conditional):
                    continue
                if _mentions(expr.then, names) != _mentions(expr.orelse, names):
                    yield from self._asked(expr.test, function, said)

    def _in_keys(self, function: facts.FunctionFact, states: frozenset[str]) -> frozenset[str]:
        """The stamps that each key has in it by which a function gets at a state: ``self.sessions[who, self.version]``.

        Under another stamp there is nothing yet.
        """
        found = [
            frozenset(self.stamps.of(part) for part in walk.expressions(key) if isinstance(part, facts.Attribute))
            for action in walk.actions(function.body)
            for key in _keys_of(action, states, function)
        ]
        return frozenset.intersection(*found) - {""} if found else frozenset()

    def _asked(self, test: object, function: facts.FunctionFact, said: dict[str, set[str]]) -> set[str]:
        """The stamps that are compared in a test, or whose comparison it has by name."""
        read = (said.get(walk.last_name(expr), set()) for expr in walk.expressions(test))
        return set(self.compared_in(test, function)).union(*read)

    def _acts(
        self, branch: Branch, function: facts.FunctionFact, names: frozenset[str], states: frozenset[str]
    ) -> bool:
        """Whether an arm resets, replaces or skips the state, where something reads it afterwards."""
        arms = (*walk.actions(branch.then), *walk.actions(branch.orelse))
        whole = list(walk.actions(function.body))
        at = next(n for n, action in enumerate(whole) if action is branch.test)
        later = any(_reads(each, names) for each in whole[at + 1 + len(arms) :])
        nowhere = not any(_reads(each, names) for each in whole)
        apart = [any(_reads(each, names) for each in walk.actions(arm)) for arm in (branch.then, branch.orelse)]
        if (later or nowhere) and walk.leaves(branch):
            return True
        before = any(_is_step(each, names) for each in whole[:at])
        if apart[0] != apart[1] and not (before or later):
            return True
        again = any(branch in walk.branches(loop.body) for loop in walk.loops(function.body))
        return (later or nowhere or again or any(apart)) and any(self._puts(each, names, states) for each in arms)

    def _puts(self, action: object, names: frozenset[str], states: frozenset[str]) -> bool:
        """Whether an action puts another state in place of the one there, or lets it go."""
        if isinstance(action, facts.Delete):
            return True
        targets = walk.flat(action.targets) if isinstance(action, facts.Assign) and not _is_step(action, names) else ()
        return any(self._is_put(target, names) for target in targets) or self._lets_go(action, names, states)

    def _lets_go(self, action: object, names: frozenset[str], states: frozenset[str]) -> bool:
        """Whether a call in an action resets the state, or is of a function that puts another in its place."""
        for call in walk.calls_in(action):
            name = walk.last_name(call.func)
            if _CLEARS.search(name) or states & self._put_by(name):
                return True
            if name.endswith("_") and isinstance(call.func, facts.Attribute) and _mentions(call.func.value, names):
                return True
        return False

    def _put_by(self, name: str) -> set[str]:
        """The attributes and entries that functions of this name assign."""
        if self._putting is None:
            self._putting = {}
            for function in self._functions:
                self._putting.setdefault(function.name, set()).update(self._assigned(function))
        return self._putting.get(name, set())

    def _assigned(self, function: facts.FunctionFact) -> Iterator[str]:
        for action in walk.actions(function.body):
            if isinstance(action, facts.Assign):
                for target in walk.flat(action.targets):
                    name = walk.part_name(target) or walk.part_name(walk.container(target))
                    if name and not self.stamps.of(target):
                        yield name

    def _is_put(self, target: facts.Expr, names: frozenset[str]) -> bool:
        """Whether a target is the state, an entry of it or what it is in; where no name is known, all but a stamp."""
        if self.stamps.of(target):
            return False
        return not names or _name(target) in names or _name(walk.container(target)) in names

    def decides(self, branch: Branch) -> bool:
        """Whether something other than a stamp is put, let go or given out in an arm, and not only said."""
        for action in (*walk.actions(branch.then), *walk.actions(branch.orelse)):
            if isinstance(action, (facts.Delete, facts.Return)):
                return True
            if isinstance(action, facts.Assign) and not all(map(self.stamps.of, walk.flat(action.targets))):
                return True
            if any(_CLEARS.search(walk.last_name(call.func)) for call in walk.calls_in(action)):
                return True
        return False


def _keys_of(action: object, states: frozenset[str], function: facts.FunctionFact) -> Iterator[facts.Expr]:
    """The keys under which an action gets at what goes by one of these names; a variable's one value for it."""
    for expr in walk.expressions(action):
        if isinstance(expr, facts.Subscript) and walk.last_name(expr.value) in states:
            key = expr.index
        elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute) and expr.arguments:
            if walk.last_name(expr.func.value) not in states or expr.func.attr not in ("get", "pop", "setdefault"):
                continue
            key = expr.arguments[0].value
        else:
            continue
        bound = walk.bindings(function).names.get(key.id, ()) if isinstance(key, facts.Name) else ()
        yield bound[0].expr if len(bound) == 1 and bound[0].how == "value" else key


def names_of(function: facts.FunctionFact, states: frozenset[str]) -> frozenset[str]:
    """What a state goes by in a function: its own names, variables that it is taken out into, and what it is in."""
    names = set(states)
    for action in walk.actions(function.body):
        if isinstance(action, facts.Assign) and any(_name(each) in names for each in _spine(action.value)):
            names.update(each.id for each in walk.flat(action.targets) if isinstance(each, facts.Name))
    first = function.parameters[0].name if function.parameters and "." in function.qualname else ""
    around = {
        _name(part)
        for action in walk.actions(function.body)
        for expr in walk.expressions(action)
        if _name(expr) in states
        for part in _spine(expr)
    }
    return frozenset((names | around) - {first, ""})


def _spine(expr: facts.Expr) -> Iterator[facts.Expr]:
    """What an expression is taken out of, itself first: not what calls in it are handed."""
    yield expr
    if isinstance(expr, facts.Conditional):
        yield from _spine(expr.then)
        yield from _spine(expr.orelse)
    elif isinstance(expr, (facts.Attribute, facts.Subscript)):
        yield from _spine(expr.value)
    elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
        yield from _spine(expr.func.value)


def _name(expr: facts.Expr) -> str:
    return walk.part_name(expr) or walk.last_name(expr)


def _mentions(node: object, names: frozenset[str]) -> bool:
    return any(_name(expr) in names for expr in walk.expressions(node))


def _reads(action: object, names: frozenset[str]) -> bool:
    return _mentions(action.value if isinstance(action, facts.Assign) else action, names)


def _is_step(action: object, names: frozenset[str]) -> bool:
    """Whether the state is handed on with something else: it goes on."""
    value = action.value if isinstance(action, facts.Assign) else None
    return isinstance(value, facts.Call) and len(value.arguments) > 1 and _mentions(value, names)
