"""Flags that are true whatever comes in: ``starts or np.ones(1)`` puts ones in the place of None, and of false too.

The truth of an array is that of its one entry. A list of flags is true as a list, and stays what it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate import masks
from lstm_lint.typestate.paths import Local
from lstm_lint.typestate.values import Value, always_true, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_SEVERAL = re.compile(r"\b(list|tuple|Sequence|Iterable)\b", re.IGNORECASE)


def is_true(run: Interpreter, expr: facts.BoolOp | facts.Conditional, second: Value) -> bool:
    """Whether this is ``flag or ones``, of which ``second`` is the value of the latter."""
    if not isinstance(expr, facts.BoolOp) or expr.op != "or" or not masks.is_flag(expr.left):
        return False
    if not isinstance(expr.right, (facts.Call, facts.Constant)):
        return False
    return second.items is None and always_true(second) and not _may_be_several(run, expr.left)


def where_it_holds(run: Interpreter, test: object, value: Value, state: State) -> None:
    """``if not starts: starts = np.ones(1)``: where the flag is kept, it is true."""
    if not isinstance(test, facts.Name) or not masks.is_flag(test):
        return
    known = value.items is not None or value.const is not None or value.ones
    held = state.env.get(Local(run.frame.number, test.id))
    if held is not None and not known and not _may_be_several(run, test):
        state.env[Local(run.frame.number, test.id)] = replace(held, ones=True)


def _may_be_several(run: Interpreter, subject: facts.Expr) -> bool:
    """Whether a list is assigned to the flag somewhere in the function or class, or its parameter is declared so."""
    name, frame = walk.last_name(subject), run.frame
    functions = [] if frame.function is None else [frame.function]
    if isinstance(subject, facts.Attribute) and frame.klass is not None:
        functions.extend(frame.klass.fact.functions.values())
    declared = (p.annotation for function in functions for p in function.parameters if p.name == name)
    if any(_SEVERAL.search(walk.last_name(part)) for each in declared for part in walk.expressions(each)):
        return True
    bound = [run.project.typing.bindings(function) for function in functions] or [walk.bound_in(frame.body)]
    made = [each for one in bound for each in (*one.names.get(name, ()), *one.attributes.get(name, ()))]
    return any(each.how == "value" and _is_several(each.expr) for each in made)


def _is_several(value: facts.Expr) -> bool:
    """``[done]``, ``[False] * n``, ``list(dones)``, ``[d for d in dones]``, ``dones.tolist()``."""
    if isinstance(value, facts.Operation):
        return any(map(_is_several, value.operands))
    if isinstance(value, facts.Call):
        return walk.last_name(value.func) in ("list", "tuple", "tolist")
    return isinstance(value, (facts.Display, facts.Comprehension))
