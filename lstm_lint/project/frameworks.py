"""What code hands to a web framework by a call: what is to run as it starts, and what answers those who ask.

``app.on_startup.append(service.open)``, ``app.add_event_handler("startup", load)``, ``FastAPI(lifespan=running)``;
``app.router.add_post("/act", service.act)``, ``app.add_url_rule("/act", view_func=act)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.project.bodies import every_body
from lstm_lint.project.symbols import FunctionInfo, Module

AT_START = frozenset({"startup", "before_first_request", "before_serving", "on_startup", "after_server_start"})
"""Under these names a framework is handed what to run as it starts, as a decorator or as the argument of one."""
_LISTS = frozenset({"on_startup", "cleanup_ctx", "before_serving_funcs"})
_KEYWORDS = frozenset({"on_startup", "lifespan"})
_ADDS = frozenset({"add_event_handler", "register_listener"})
_ROUTES = frozenset({
    "add_get", "add_post", "add_put", "add_patch", "add_delete", "add_route", "add_api_route", "add_url_rule",
    "add_websocket_route", "add_api_websocket_route",
})  # fmt: skip
_HANDLERS = frozenset({"handler", "endpoint", "view_func"})


class Frameworks:
    """The names of the functions and methods that code hands over, by what they are for."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo]) -> None:
        self._modules = modules
        self._functions = functions

    @cached_property
    def at_start(self) -> frozenset[str]:
        """What runs as a server starts."""
        words = _LISTS | _KEYWORDS | _ADDS
        return frozenset(name for call in self._calls(words) for name in _named(_begun_by(call)))

    @cached_property
    def answering(self) -> frozenset[str]:
        """What answers those who ask."""
        return frozenset(
            name
            for call in self._calls(_ROUTES)
            if walk.last_name(call.func) in _ROUTES
            for name in _named([a.value for a in call.arguments if a.keyword is None or a.keyword in _HANDLERS])
        )

    def _calls(self, words: frozenset[str]) -> Iterator[facts.Call]:
        for module in self._modules:
            if words.isdisjoint(module.facts.mentions):
                continue
            own = [function for function in self._functions if function.module is module]
            for body, _ in every_body((module,), own):
                yield from walk.calls(body)


def _begun_by(call: facts.Call) -> list[facts.Expr]:
    """What a call says is to run as a server starts."""
    func = call.func
    given = [argument.value for argument in call.arguments if argument.keyword is None]
    if isinstance(func, facts.Attribute) and func.attr == "append" and walk.last_name(func.value) in _LISTS:
        return given
    if walk.last_name(func) in _ADDS and any(isinstance(e, facts.Constant) and e.value in AT_START for e in given):
        return given
    return [argument.value for argument in call.arguments if argument.keyword in _KEYWORDS]


def _named(exprs: list[facts.Expr]) -> Iterator[str]:
    for expr in exprs:
        items = expr.items if isinstance(expr, facts.Display) else (expr,)
        yield from filter(None, map(walk.last_name, items))
