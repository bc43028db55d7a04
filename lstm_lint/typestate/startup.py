"""What runs while a server starts: nobody has asked for anything yet, and no state is carried in a module variable."""

from __future__ import annotations

import re

from lstm_lint import facts, walk

EVENTS = frozenset({"startup", "before_first_request", "before_serving", "on_startup", "after_server_start"})
"""Under these names a framework is handed what to run as it starts, as a decorator or as the argument of one."""
_NAMES = re.compile(
    r"^_*(on_)?start_?up(_event)?$|^_*(app_)?lifespan|^_*(create|make|build|init)_(app|api|application|server)$"
)


def is_start_up(function: facts.FunctionFact) -> bool:
    """Whether a function by its decorator, or by its name, runs as a server starts, and at no other time."""
    return _NAMES.search(function.name) is not None or any(map(_says_so, function.decorators))


def _says_so(decorator: facts.Expr) -> bool:
    if not isinstance(decorator, facts.Call):
        return walk.last_name(decorator) in EVENTS
    given = {a.value.value for a in decorator.arguments if isinstance(a.value, facts.Constant)}
    return walk.last_name(decorator.func) in EVENTS or not EVENTS.isdisjoint(map(str, given))
