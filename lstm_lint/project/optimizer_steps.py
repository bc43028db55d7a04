"""Functions in which an optimizer steps: whether a call of one gets there, and whose weights the optimizer has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Loop, Sequence, Shape, Step
from lstm_lint.project.placed import binds

_STEPS = re.compile(r"(^|\.)\w*(optim|opt|scaler|adam|sgd)\w*\.step$", re.IGNORECASE)
_Tests = tuple[tuple[object, bool], ...]


def trains(function: facts.FunctionFact, call: facts.Call, bound: bool) -> bool:
    """Whether an optimizer steps in a function itself, when it is called so; ``bound``: as a method of an object."""
    return any(_holds(tests, function, call, bound) for _, tests in _steps(function))


def trains_with_its_own(function: facts.FunctionFact, call: facts.Call, name: str, actions: Iterable[object]) -> bool:
    """Whether the optimizer that steps there was made in one of these actions, with the network of this name."""
    made = [*actions, *walk.actions(function.body)]
    return any(
        _holds(tests, function, call, False) and any(_is_made_with(each, optimizer, name) for each in made)
        for optimizer, tests in _steps(function)
    )


def _is_made_with(action: object, optimizer: str, name: str) -> bool:
    return (
        isinstance(action, facts.Assign)
        and binds(action, optimizer)
        and any(isinstance(each, facts.Name) and each.id == name for each in walk.expressions(action.value))
    )


def _steps(function: facts.FunctionFact) -> Iterator[tuple[str, _Tests]]:
    """The optimizers that step in a function, each with the tests that it stands under and how they come out."""
    if "step" not in function.mentions:
        return
    for action, tests in _under(function.body, ()):
        for call in walk.expressions(action):
            name = walk.chain(call.func) if isinstance(call, facts.Call) else None
            if name is not None and _STEPS.search(name):
                yield name.rpartition(".")[0], tests


def _under(shape: Shape, tests: _Tests) -> Iterator[tuple[object, _Tests]]:
    """Every action of a shape with the tests around it, and those before it that leave."""
    if isinstance(shape, Step):
        yield shape.action, tests
    elif isinstance(shape, Sequence):
        for part in shape.shapes:
            yield from _under(part, tests)
            if isinstance(part, Branch) and walk.ending(part.then) is not None:
                tests = (*tests, (part.test, False))
    elif isinstance(shape, Branch):
        yield from _under(shape.then, (*tests, (shape.test, True)))
        yield from _under(shape.orelse, (*tests, (shape.test, False)))
    else:
        if isinstance(shape, Loop):
            yield from ((head, tests) for head in (shape.head, shape.test) if head is not None)
        for part in walk.parts(shape):
            yield from _under(part, tests)


def _holds(tests: _Tests, function: facts.FunctionFact, call: facts.Call, bound: bool) -> bool:
    """Whether nothing that the call hands over says otherwise."""
    return all(_comes_out(test, function, call, bound) in (None, wanted) for test, wanted in tests)


def _comes_out(test: object, function: facts.FunctionFact, call: facts.Call, bound: bool) -> bool | None:
    """How a test of a parameter comes out in a call: ``if train:``, ``if optimizer is not None:``; None: who knows."""
    if isinstance(test, facts.Operation) and test.op == "not":
        inner = _comes_out(test.operands[0], function, call, bound)
        return None if inner is None else not inner
    if isinstance(test, facts.Operation) and test.op in ("is", "is not") and walk.is_none(test.operands[1]):
        given = _given(test.operands[0], function, call, bound)
        if given is None or (not isinstance(given, facts.Constant) and not walk.is_none(given)):
            return None
        return walk.is_none(given) is (test.op == "is")
    given = _given(test, function, call, bound)
    return bool(given.value) if isinstance(given, facts.Constant) else None


def _given(name: object, function: facts.FunctionFact, call: facts.Call, bound: bool) -> facts.Expr | None:
    """What a parameter is in a call: what it is handed, or else its default."""
    names = [parameter.name for parameter in function.parameters][bound:]
    if not isinstance(name, facts.Name) or name.id not in names or any(each.star for each in call.arguments):
        return None
    position = names.index(name.id)
    given = walk.argument_of(call, name.id, position)
    return function.parameters[position + bound].default if given is None else given
