"""Answers about one node of the facts, kept while it lives: nobody writes to facts, and many ask the same of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Node = TypeVar("_Node")
_Answer = TypeVar("_Answer")

MOST = 200_000
"""So many answers to one question are kept; past it they are forgotten, all at once."""


def by_node(question: Callable[[_Node], _Answer]) -> Callable[[_Node], _Answer]:
    """A question that is worked out once for each node, told apart by identity: to compare two takes a walk of both.

    The answer is shared by all who ask, and so must not be written to.
    """
    known: dict[int, tuple[_Node, _Answer]] = {}  # a node is kept with its answer, or its number might be another's

    @wraps(question)
    def answered(node: _Node) -> _Answer:
        found = known.get(id(node))
        if found is None:
            if len(known) >= MOST:
                known.clear()
            found = known[id(node)] = (node, question(node))
        return found[1]

    return answered
