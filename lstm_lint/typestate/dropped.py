"""What is taken out: ``del memories[name]``, ``memories.pop(name, None)`` and ``del policy.hx`` leave nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate import assign, inlining, keys
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def deleted(run: Interpreter, target: facts.Subscript, state: State) -> None:
    """As if the entry were None from here on, which is what it will be found to be."""
    assign.store(run, target, Value(const=facts.Constant(None, target.span)), state)


def attribute(run: Interpreter, target: facts.Attribute, state: State) -> None:
    """``del policy.hx``: a call of the property's deleter, or there is nothing any more in the attribute."""
    deleters = assign.accessors(run, run.evaluate(target.value, state), f"{target.attr}.deleter")
    if deleters:
        inlining.enter_each(run, deleters, Arguments((), ()), target.span, state, False)
    else:
        assign.store(run, target, Value(const=facts.Constant(None, target.span)), state)


def popped(run: Interpreter, expr: facts.Expr, state: State) -> None:
    """The same for a ``pop`` with a key of which nobody takes the outcome."""
    entry = keys.popped_entry(expr)
    if entry is not None:
        deleted(run, entry, state)
