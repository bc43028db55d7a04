"""The networks that get the average of those of several: a server that is never trained itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lstm_lint import facts
from lstm_lint.project.averages import Averages
from lstm_lint.project.handed import Handed, argument
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.walk import last_name


def averaged(functions: Iterable[FunctionInfo], averages: Averages, handed: Handed) -> frozenset[str]:
    """What such networks are called, where the averages are made and where a function is called that makes them."""
    found: set[str] = set()
    for function in functions:
        for name in averages.names_of_networks(function):
            found |= {name, *_names_of_argument(function, name, handed)}
    return frozenset(found)


def _names_of_argument(function: FunctionInfo, name: str, handed: Handed) -> Iterator[str]:
    if any(parameter.name == name for parameter in function.fact.parameters):
        for _, call in handed.calls(function):
            given = argument(call, function, name)
            if isinstance(given, (facts.Name, facts.Attribute)):
                yield last_name(given)
