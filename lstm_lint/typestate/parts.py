"""Modules that libraries put together of modules: ``behaviour = TensorDictSequential(policy, exploration)``.

What replaces the weights of a part replaces those that the whole acts with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint.project.composed import takes_parts
from lstm_lint.typestate import tensordicts
from lstm_lint.typestate.arguments import Arguments
from lstm_lint.typestate.paths import FieldPlace
from lstm_lint.typestate.values import Value, replace

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


def taken_in(run: Interpreter, name: str, whole: Value, arguments: Arguments, state: State) -> Value:
    """What a library's class of this name makes of what it is given: it holds each part, under its number."""
    if not takes_parts(name):
        return whole
    given = (*arguments.positional, *(value for _, value in arguments.keywords))
    kind = tensordicts.network(run, name, given, state)
    for path in whole.refs:
        for at, part in enumerate(given):
            if part.refs:
                state.heap[FieldPlace(path, str(at))] = part
        if kind is not None and not path.attrs:
            run.index.root_types[path.root] = frozenset({kind})
    return whole if kind is None else replace(whole, types=frozenset({kind}))
