"""Networks that get the weights of one that is trained where that one has done better in a comparison of the two.

``if error(candidate) < error(model): model = deepcopy(candidate)`` takes no small step: how far the candidate has gone
since it last won, nothing says, and the one that acts goes over to it at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Sequence, Shape
from lstm_lint.model import Span
from lstm_lint.project import FunctionInfo, Project
from lstm_lint.typestate.recorder import Record

_COMPARES = frozenset({"<", "<=", ">", ">="})
_DEPTH = 4

_Bound = Mapping[str, list[walk.Binding]]


class Contests:
    """The functions that put one network in the place of another, or its weights into it."""

    def __init__(self, project: Project) -> None:
        self._typing = project.typing
        self._functions = {function.id: function for function in (*project.functions, *project.programs)}

    def decide(self, record: Record) -> bool:
        """Whether a replacement is done only after what gets the weights and what gives them were compared."""
        site = record.event.site
        function = self._functions.get(site.function)
        return function is not None and any(
            self._is_compared(function, test, *pair)
            for pair in _exchanged(function.fact.body, site.span)
            for test in _tests(function.fact.body, site.span)
        )

    def _is_compared(self, function: FunctionInfo, test: object, taker: str, giver: str) -> bool:
        bound = self._typing.bindings(function.fact).names
        for expr in walk.expressions(test):
            if isinstance(expr, facts.Operation) and expr.op in _COMPARES and len(expr.operands) == 2:
                sides = [_asked(side, bound, _DEPTH) & {taker, giver} for side in expr.operands]
                if sides in ([{taker}, {giver}], [{giver}, {taker}]):
                    return True
        return False


def _exchanged(body: Shape, span: Span) -> Iterator[tuple[str, str]]:
    """What gets the weights, and what the statement takes them of, as the source writes them."""
    for action in walk.actions(body):
        if isinstance(action, facts.Assign) and any(target.span == span for target in action.targets):
            takers, value = {walk.chain(target) for target in action.targets if target.span == span}, action.value
        else:
            call = next((each for each in walk.calls_in(action) if each.span == span), None)
            if call is None or not isinstance(call.func, facts.Attribute) or not call.arguments:
                continue
            takers, value = {walk.chain(call.func.value)}, call.arguments[0].value
        givers = walk.chains(value) - takers
        yield from ((taker, giver) for taker in takers if taker is not None for giver in sorted(givers))


def _tests(shape: Shape, span: Span) -> Iterator[object]:
    """The tests that decide whether a place is come to: it stands below them, or behind an arm that leaves."""
    if isinstance(shape, Branch) and span in walk.spans(shape):
        yield shape.test
    in_turn = shape.shapes if isinstance(shape, Sequence) else ()
    for at, part in enumerate(in_turn):
        if span in walk.spans(part):
            before = (each for each in in_turn[:at] if isinstance(each, Branch))
            yield from (each.test for each in before if walk.ending(each.then) or walk.ending(each.orelse))
    for part in walk.parts(shape):
        if span in walk.spans(part):
            yield from _tests(part, span)


def _asked(expr: facts.Expr, bound: _Bound, depth: int) -> set[str]:
    """The variables and attributes that go into a value, by way of variables as well."""
    found = set(walk.chains(expr))
    for name in found & bound.keys() if depth else ():
        for binding in bound[name]:
            found = found | _asked(binding.expr, bound, depth - 1)
    return found
