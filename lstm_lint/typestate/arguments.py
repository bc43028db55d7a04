"""The arguments of one call, evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.typestate.paths import Place
from lstm_lint.typestate.values import Value, packed
from lstm_lint.vocabulary.schema import ArgumentRow, Condition

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


@dataclass(frozen=True, slots=True)
class Arguments:
    """Positional values, keyword values, and what came by ``*`` or ``**``."""

    positional: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]
    stars: tuple[Value, ...] = ()

    @staticmethod
    def evaluate(run: Interpreter, call: facts.Call, state: State) -> Arguments:
        """The arguments of a call, left to right."""
        positional: list[Value] = []
        keywords: list[tuple[str, Value]] = []
        stars: list[Value] = []
        for argument in call.arguments:
            value = run.evaluate(argument.value, state)
            if argument.star == "*" and value.items is not None and not stars:
                positional.extend(value.items)
            elif argument.star == "**" and value.keys is not None:
                keywords.extend((str(key), item) for key, item in value.keys)
            elif argument.star:
                stars.append(value)
            elif argument.keyword is not None:
                keywords.append((argument.keyword, value))
            else:
                positional.append(value)
        return Arguments(tuple(positional), tuple(keywords), tuple(stars))

    def everything(self) -> tuple[Value, ...]:
        """All values."""
        return (*self.positional, *(value for _, value in self.keywords), *self.stars)

    def packed(self) -> Value:
        """All values as one collection."""
        return packed(self.everything())

    def places(self) -> frozenset[Place]:
        """Every place that some argument was read from."""
        return frozenset().union(*(_places(value) for value in self.everything()))

    def get(self, row: ArgumentRow | Condition) -> Value | None:
        """One argument by keyword or position, or an item of it."""
        found = self.find(row.argument, row.position)
        key = row.key if isinstance(row, ArgumentRow) else ""
        return dict(found.keys or ()).get(key) if key and found is not None else found

    def find(self, name: str, position: int) -> Value | None:
        """One argument by keyword or position."""
        for keyword, value in self.keywords:
            if keyword == name:
                return value
        return self.positional[position] if 0 <= position < len(self.positional) else None

    def meets(self, condition: Condition) -> bool | None:
        """Whether the argument is the literal, or there at all; False when absent, None when nothing tells."""
        value = self.get(condition)
        if value is None:
            return False
        literal = value.literal()
        if condition.value == "given":
            return not value.is_none
        return None if literal is ... else literal == condition.value


def _places(value: Value) -> frozenset[Place]:
    found = value.src
    for item in value.items or ():
        found |= _places(item)
    for _, item in value.keys or ():
        found |= _places(item)
    return found
