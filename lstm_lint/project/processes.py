"""What a function gets that is begun in a process or a thread of its own: ``Process(target=act, args=(board, 3))``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project


def begun_with(
    project: Project, function: FunctionInfo, name: str
) -> Iterator[tuple[facts.Expr | None, FunctionInfo]]:
    """What each such call hands to a parameter, None where it hands over too little, and who makes the call."""
    if function.klass is not None:
        return
    position = [parameter.name for parameter in function.fact.parameters].index(name)
    for user in (*project.functions, *project.programs):
        for call in walk.calls(user.fact.body) if function.fact.name in user.fact.mentions else ():
            named = {each.keyword: each.value for each in call.arguments if each.keyword is not None}
            target, given = named.get("target"), named.get("args")
            if target is None or not isinstance(given, facts.Display):
                continue
            if project.typing.callee(target, Scope(user.module, user.klass, user.fact)) is function:
                yield given.items[position] if position < len(given.items) else None, user
