"""What the expressions of a function come to in a world: whether they are true, are an old state, or are free of it."""

from __future__ import annotations

from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.signal_worlds import Following, World, key
from lstm_lint.project.surroundings import Called, first_of
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.vocabulary.names import looks_like_state

SAME_STATE = frozenset({"get", "detach", "clone", "to", "cpu", "cuda", "float", "half", "copy", "contiguous", "values",
                        "items", "keys", "setdefault", "requires_grad_", "numpy"})  # fmt: skip
_FROM_OUTSIDE = frozenset({"empty", "qsize", "poll", "random", "rand"})
"""What is asked for with these has nothing to do with what the program has done before."""


class View:
    """A function as one word and one state are followed through it; it changes nothing."""

    def __init__(self, following: Following, function: FunctionInfo) -> None:
        self.following = following
        self.signal = following.signal
        self.function = function
        self.fact = function.fact
        self.loads = following.loads.get(function.id, set())
        self.first = first_of(function)

    def called(self, call: facts.Call) -> Called:
        """What a call runs."""
        return self.following.around.resolve(self.function, call)

    def may_touch(self, call: facts.Call) -> bool:
        """Whether one of the functions that a call may run has to do with the word or the state."""
        return any(map(self.following.touches, self.following.around.candidates(self.function, call)))

    def asks(self, expr: object) -> bool:
        """Whether an expression asks for the word."""
        return self.signal.says(expr, self.fact, True) is not None

    def truth(self, expr: object, world: World) -> bool | None:
        """How an expression comes out, where that is known."""
        said = self.signal.says(expr, self.fact, world.given)
        if said is not None:
            return said
        if isinstance(expr, facts.Constant):
            return bool(expr.value)
        if isinstance(expr, facts.Operation) and expr.op == "not":
            inner = self.truth(expr.operands[0], world)
            return None if inner is None else not inner
        if isinstance(expr, facts.BoolOp):
            both = {self.truth(expr.left, world), self.truth(expr.right, world)}
            decides = expr.op == "or"
            return decides if decides in both else None if None in both else not decides
        if isinstance(expr, facts.Walrus):
            return self.truth(expr.value, world)
        if isinstance(expr, facts.Call):
            if walk.chain(expr.func) == "bool" and len(expr.arguments) == 1:
                return self.truth(expr.arguments[0].value, world)
            return world.result[1] if world.result is not None and world.result[0] == expr.span else None
        chain = walk.chain(expr) if isinstance(expr, (facts.Name, facts.Attribute)) else None
        return dict(world.known).get(chain) if chain is not None else None

    def is_old(self, expr: object, world: World) -> bool:
        """Whether an expression has a state of other weights in it, as it is."""
        while key(expr) not in world.old:
            if isinstance(expr, (facts.Attribute, facts.Subscript, facts.Await, facts.Walrus, facts.Starred)):
                expr = expr.value
            elif isinstance(expr, facts.Call) and isinstance(expr.func, facts.Attribute):
                if expr.func.attr not in SAME_STATE:
                    return False
                expr = expr.func.value
            elif isinstance(expr, facts.Conditional):
                said = self.truth(expr.test, world)
                if said is None:
                    return False
                expr = expr.then if said else expr.orelse
            elif isinstance(expr, facts.Display):
                return any(self.is_old(item, world) for item in expr.items)
            else:
                return False
        return True

    def is_free(self, test: object, world: World) -> bool:
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

    def comes_in(self, value: facts.Expr, world: World) -> bool:
        """Whether a value comes from elsewhere: out of a call that has nothing to do with the word or the state."""
        call = awaited(value)
        if not isinstance(call, facts.Call):
            return isinstance(call, facts.Name) and call.id in world.free
        return not self.may_touch(call) and not self.is_old(call, world)

    def is_unclear(self, world: World, action: object) -> bool:
        """Whether the word is asked for where that is not followed: in a mask, in a comprehension."""
        asked = [expr for expr in walk.expressions(action) if self.asks(expr)]
        if not asked or not self.signal.is_compared:
            return False
        if isinstance(action, (facts.Assign, facts.Return)) and self.truth(action.value, world) is not None:
            return False
        tests = [each.test for each in walk.expressions(action) if isinstance(each, facts.Conditional)]
        return not all(any(walk.has(test, expr.span) for test in tests) for expr in asked)

    def is_handed(self, value: facts.Expr, world: World) -> bool:
        """Whether an old part is anywhere in a value, but in the arm of a condition that is not taken."""
        old = [expr for expr in walk.expressions(value) if key(expr) in world.old]
        chosen = [each for each in walk.expressions(value) if old and isinstance(each, facts.Conditional)]
        said = [(each, self.truth(each.test, world)) for each in chosen]
        away = [each.orelse if holds else each.then for each, holds in said if holds is not None]
        return any(not any(walk.has(arm, expr.span) for arm in away) for expr in old)


def awaited(value: facts.Expr) -> facts.Expr:
    """What is waited for, or a value that is there at once."""
    return value.value if isinstance(value, facts.Await) else value


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
