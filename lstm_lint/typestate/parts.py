"""Modules that libraries put together of modules: ``behaviour = TensorDictSequential(policy, exploration)``.

What replaces the weights of a part replaces those that the whole acts with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.project.composed import takes_parts
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.state import State


def taken_in(name: str, whole: Value, arguments: Arguments, state: State) -> None:
    """A library's class of this name is made of what it is given: it holds each part, under its number."""
    if takes_parts(name):
        for path in whole.refs:
            for at, part in enumerate(arguments.positional):
                if part.refs:
                    state.heap[FieldPlace(path, str(at))] = part
