"""How functions are begun beside their caller: by a thread, a process, a pool, an executor, an event loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import every_body
from lstm_lint.project.symbols import FunctionInfo, Module


class Start(NamedTuple):
    """Where a call that begins a function says which one, and what it hands it.

    ``function`` and ``given`` are keyword and position. ``how``: ``packed``, one tuple of all arguments; ``rest``,
    all that follows; ``each``, one element of a collection; ``unpacked``, the items of one element. ``filled`` counts
    the leading parameters that are filled for the caller: the rank. ``apart``: what is handed is copied.
    """

    function: tuple[str, int]
    given: tuple[str, int]
    how: Literal["packed", "rest", "each", "unpacked"]
    keywords: str = ""
    apart: bool = False
    filled: int = 0


_RANKED = Start(("fn", 0), ("args", 1), "packed", apart=True, filled=1)
_REST = Start(("func", 0), ("", 1), "rest")
_POOLED = Start(("func", 0), ("args", 1), "packed", "kwds", apart=True)
_EACH = Start(("func", 0), ("iterable", 1), "each", apart=True)
_UNPACKED = Start(("func", 0), ("iterable", 1), "unpacked", apart=True)

STARTS = {
    "Thread": Start(("target", 1), ("args", 3), "packed", "kwargs"),
    "Timer": Start(("function", 1), ("args", 2), "packed", "kwargs"),
    "start_new_thread": Start(("function", 0), ("args", 1), "packed", "kwargs"),
    "Process": Start(("target", 1), ("args", 3), "packed", "kwargs", apart=True),
    "spawn": _RANKED,
    "start_processes": _RANKED,
    "submit": _REST._replace(function=("fn", 0)),
    "to_thread": _REST,
    "start_soon": _REST,
    "call_soon": _REST,
    "call_soon_threadsafe": _REST,
    "start_background_task": _REST,
    "add_task": _REST,
    "run_in_executor": Start(("func", 1), ("", 2), "rest"),
    "call_later": Start(("callback", 1), ("", 2), "rest"),
    "add_job": Start(("func", 0), ("args", 2), "packed", "kwargs"),
    "apply": _POOLED,
    "apply_async": _POOLED,
    "map": _EACH,
    "map_async": _EACH,
    "imap": _EACH,
    "imap_unordered": _EACH,
    "starmap": _UNPACKED,
    "starmap_async": _UNPACKED,
}
"""By the last name of what is called."""

_SERVER = Start(("", 0), ("", -1), "packed", filled=1)
SERVERS = {
    "serve": _SERVER._replace(function=("handler", 0)),
    "unix_serve": _SERVER._replace(function=("handler", 0)),
    "start_server": _SERVER._replace(function=("client_connected_cb", 0), filled=2),
    "start_unix_server": _SERVER._replace(function=("client_connected_cb", 0), filled=2),
}
"""What begins a coroutine for everyone who connects, by its last name."""

TASKS = frozenset({"create_task", "ensure_future", "gather", "run_coroutine_threadsafe", "start_background_task"})
"""Calls that are handed coroutines: the calls of ``async`` functions written as their arguments."""

_SURELY = frozenset({
    "Thread", "Process", "spawn", "start_processes", "submit", "run_in_executor", "starmap", "apply_async",
})  # fmt: skip
"""What begins functions and does little else by that name."""


def begun(modules: Sequence[Module], functions: Sequence[FunctionInfo]) -> frozenset[str]:
    """The names of the plain functions that some call begins."""
    found: set[str] = set()
    for body, scope in every_body(modules, functions):
        mentions = scope.function.mentions if scope.function is not None else scope.module.facts.mentions
        if _SURELY.isdisjoint(mentions):
            continue
        for call in walk.calls(body):
            name = walk.last_name(call.func)
            if name in _SURELY:
                target = _target(call, STARTS[name])
                if isinstance(target, facts.Name):
                    found.add(target.id)
    return frozenset(found)


def _target(call: facts.Call, start: Start) -> facts.Expr | None:
    keyword, position = start.function
    plain = [each.value for each in call.arguments if each.keyword is None]
    named = next((each.value for each in call.arguments if each.keyword == keyword), None)
    return named or (plain[position] if position < len(plain) else None)
