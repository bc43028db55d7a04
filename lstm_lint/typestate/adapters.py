"""What is added to weights and was read from a file: an adapter of another style or player, and no step of the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.from_files import is_from_file, reads_tensors

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_STEP = re.compile(r"grad|noise|(^|_)eps(ilon)?(_|$)|momentum|velocity|update|decay|rand", re.IGNORECASE)


def is_stored(run: Interpreter, call: facts.Call) -> bool:
    """Whether what a call adds is read from a file of tensors, and by its names neither noise nor a gradient."""
    frame, given = run.frame, call.arguments[0].value
    if frame.function is None or any(_STEP.search(walk.last_name(each)) for each in walk.expressions(given)):
        return False
    function = run.project.symbols.function_info(frame.module, frame.klass, frame.function)
    return any(is_from_file(run.project, each, function, reads=reads_tensors) for each in _factors(given))


def _factors(expr: facts.Expr) -> Iterator[facts.Expr]:
    """What a product or a sum is made of, whatever the keys are under which it was found."""
    if isinstance(expr, facts.Subscript):
        yield from _factors(expr.value)
    elif isinstance(expr, facts.Operation):
        for operand in expr.operands:
            yield from _factors(operand)
    else:
        yield expr
