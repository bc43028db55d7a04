"""What runs while a server starts: nobody has asked for anything yet, and no state is carried in a module variable.

What it begins to go on beside the server meets those who ask: a task of every night, a thread that watches a file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.frameworks import AT_START
from lstm_lint.typestate.values import Phase, Tag, replace

if TYPE_CHECKING:
    from lstm_lint.project import Project
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

CAUSE = "start-up"
"""Why a state is initial that is carried once the server has started."""

_AGAIN = frozenset({"repeat_every", "repeat_at", "scheduled_job", "periodic_task", "cron"})
"""Decorators of what runs once more after a while."""
_NAMES = re.compile(
    r"^_*(on_)?start_?up(_event)?$|^_*(app_)?lifespan|^_*(create|make|build|init)_(app|api|application|server)$"
)


def is_start_up(project: Project, function: facts.FunctionFact) -> bool:
    """Whether a function by its decorator, by its name, or as it is handed over, runs only as a server starts."""
    if any(map(_comes_again, function.decorators)):
        return False
    named = _NAMES.search(function.name) is not None or function.name in project.frameworks.at_start
    return named or is_told_to_start(function)


def is_told_to_start(function: facts.FunctionFact) -> bool:
    """Whether a decorator hands a function to a framework, to run as it starts."""
    return any(map(_says_so, function.decorators))


def is_under_way(run: Interpreter) -> bool:
    """Whether what runs is that, and none of what it has begun to go on beside it."""
    function = run.frames[0].function
    return function is not None and not run.is_beside and is_start_up(run.project, function)


def served(state: State) -> None:
    """The server has started, and those who ask carry their states on."""

    def carried(tag: Tag) -> frozenset[Tag] | None:
        return frozenset({replace(tag, phase=Phase.CARRYING, cause="entry")}) if tag.cause == CAUSE else None

    state.retag(lambda _, tag: carried(tag))


def _says_so(decorator: facts.Expr) -> bool:
    if not isinstance(decorator, facts.Call):
        return walk.last_name(decorator) in AT_START
    given = {a.value.value for a in decorator.arguments if isinstance(a.value, facts.Constant)}
    return walk.last_name(decorator.func) in AT_START or not AT_START.isdisjoint(map(str, given))


def _comes_again(decorator: facts.Expr) -> bool:
    return walk.last_name(decorator.func if isinstance(decorator, facts.Call) else decorator) in _AGAIN
