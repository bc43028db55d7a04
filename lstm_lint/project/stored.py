"""States that an object keeps in another one, which hands them out for a step and takes their successors in.

``rollouts.states`` goes into the network, and ``rollouts.insert(…, states)`` writes down what comes out: the next batch
begins where this one ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.vocabulary.names import looks_like_state


class Stored(NamedTuple):
    """A state in an attribute of what an attribute of the own object holds."""

    name: str
    by: str
    span: Span
    given: frozenset[str]


class Stepped(Protocol):
    """What comes out of a call, under which name, and what the call is given."""

    @property
    def name(self) -> str: ...

    @property
    def by(self) -> str: ...

    @property
    def span(self) -> Span: ...

    @property
    def given(self) -> frozenset[str]: ...


def stored(function: facts.FunctionFact, steps: Iterable[Stepped]) -> Iterator[Stored]:
    """The states that a method takes out of such an object, steps, and puts back in."""
    own = function.parameters[0].name + "." if function.parameters else ""
    taken = dict(_taken(function, own))
    puts = list(_puts(function, own)) if taken else []
    for step in steps if puts else ():
        if "." in step.name or not looks_like_state(step.name):
            continue
        for name, place in taken.items():
            holder = place.rpartition(".")[0]
            if name in step.given and (holder, step.name) in puts:
                yield Stored(place.replace(own, "self.", 1), step.by, step.span, step.given)


def _taken(function: facts.FunctionFact, own: str) -> Iterator[tuple[str, str]]:
    """What is read of a state in such an object, with the variable that holds it, or as it is written."""
    for action in walk.actions(function.body):
        for expr in walk.expressions(action):
            chain = walk.chain(expr) if isinstance(expr, facts.Attribute) and looks_like_state(expr.attr) else None
            if chain is None or not chain.startswith(own) or chain.count(".") != own.count(".") + 1:
                continue
            yield chain, chain
            if isinstance(action, facts.Assign):
                yield from ((part.id, chain) for part in action.targets if isinstance(part, facts.Name))


def _puts(function: facts.FunctionFact, own: str) -> Iterator[tuple[str, str]]:
    """The objects whose methods are handed a variable, with its name."""
    for call in walk.calls(function.body):
        holder = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        if holder is None or not holder.startswith(own) or holder.count(".") != own.count("."):
            continue
        for each in call.arguments:
            if isinstance(each.value, facts.Name):
                yield holder, each.value.id
