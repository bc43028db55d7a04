"""What a library does between two hooks of an object that it trains, as far as weights are concerned."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_LOOKS = re.compile(r"^on_(validation|test|predict)(_epoch)?_start$")
"""Hooks between which and the end of what they begin nothing is trained."""


def is_trained(run: Interpreter, source: Value) -> bool:
    """Whether a hook puts weights back that were put in an attribute before the training went on.

    It did so itself when it came before, or another hook of the training did. What is put aside where a validation
    starts is put back at its end, and has made what it meets there.
    """
    entry = run.frames[0]
    if entry.function is None or entry.klass is None:
        return False
    if not run.project.hooks.of_itself(run.project.symbols.function_info(entry.module, entry.klass, entry.function)):
        return False
    names = {place.attr for place in source.src if isinstance(place, FieldPlace)}
    keeping = [each for each in entry.klass.fact.functions.values() if _keeps(run, each, names)]
    return bool(keeping) and all(_goes_on_after(run, each) for each in keeping)


def _keeps(run: Interpreter, function: facts.FunctionFact, names: set[str]) -> bool:
    bound = run.project.typing.bindings(function).attributes
    return any(not walk.is_none(binding.expr) for name in names for binding in bound.get(name, ()))


def _goes_on_after(run: Interpreter, function: facts.FunctionFact) -> bool:
    """Whether the training goes on after a method: it is the hook under way or called by it, or one of the training."""
    entry = run.frames[0]
    if entry.function is None or function is entry.function or function.name in entry.function.mentions:
        return True
    info = run.project.symbols.function_info(entry.module, entry.klass, function)
    return _LOOKS.match(function.name) is None and run.project.hooks.of_itself(info)
