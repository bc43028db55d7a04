"""Weights that a process asks another one for by gRPC, where the methods are told by their names alone.

``self._pull = channel.unary_unary("/forge.Learner/Pull")`` in the actor, and in the learner's process
``{"Pull": grpc.unary_unary_rpc_method_handler(learner.pull)}``. No generated class stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.bodies import every_body
from lstm_lint.project.from_files import reads_file
from lstm_lint.project.posted import Posted
from lstm_lint.project.senders import ELSEWHERE, is_own, said
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_ASKS = frozenset({"unary_unary", "stream_unary"})
_ANSWERS = frozenset({"unary_unary_rpc_method_handler", "stream_unary_rpc_method_handler"})
_DRAWS = re.compile(r"^(choice|choices|sample|max|min|sorted|pop|popleft|heappop|nlargest|rand\w*)$")
_DEEP = 3


class _Handler(NamedTuple):
    """What answers to a name."""

    name: str
    function: FunctionInfo | None


class Stubs:
    """Answers for one asking call at a time."""

    def __init__(self, project: Project, posted: Posted) -> None:
        self._project = project
        self._posted = posted

    def is_newest(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether whatever answers to the name that a call asks by gives weights of what is trained there."""
        names = set(self._asked(call, function)) if self._handlers else set()
        answering = [handler for handler in self._handlers if handler.name in names]
        return len(names) == 1 and bool(answering) and all(self._gives_newest(each, function) for each in answering)

    def _gives_newest(self, handler: _Handler, asking: FunctionInfo) -> bool:
        by = handler.function
        if by is None:
            return False
        returned = walk.bindings(by.fact).returns
        parts = [part for value in returned for part in said(self._project, value, by, _DEEP)]
        words = [*map(walk.last_name, parts), by.fact.name]
        if reads_file(parts) or any(map(_is_one_of_many, parts)):
            return False
        if any(ELSEWHERE.search(word) or _DRAWS.search(word) for word in words):
            return False
        return bool(returned) and all(self._posted.is_of_learned(value, by, asking) for value in returned)

    def _asked(self, call: facts.Call, function: FunctionInfo) -> Iterator[str]:
        """The names that a call may ask for; an f-string has no text here, and its method goes by its variable's."""
        for made in self._made(call.func, function):
            path = made.arguments[0].value if made.arguments else None
            literal = path.value if isinstance(path, facts.Constant) else None
            yield _plain(literal.rpartition("/")[2] if isinstance(literal, str) else walk.last_name(call.func))

    def _made(self, func: facts.Expr, function: FunctionInfo) -> Iterator[facts.Call]:
        """The calls of a channel that make what is called."""
        values: list[facts.Expr] = []
        if isinstance(func, facts.Call):
            values = [func]
        elif isinstance(func, facts.Name):
            values = [each.expr for each in walk.bindings(function.fact).names.get(func.id, ())]
        elif isinstance(func, facts.Attribute) and function.klass is not None and is_own(func, function):
            methods = function.klass.fact.functions.values()
            values = [each.expr for fact in methods for each in walk.bindings(fact).attributes.get(func.attr, ())]
        for value in values:
            if isinstance(value, facts.Call) and walk.last_name(value.func) in _ASKS:
                yield value

    @cached_property
    def _handlers(self) -> tuple[_Handler, ...]:
        """All that is said to answer, by name."""
        bodies = {
            id(body.shape): body
            for how in sorted(_ANSWERS)
            for body in every_body(self._project.modules, self._project.functions, how)
        }
        return tuple(
            _Handler(_plain(key.value), self._answering(value.arguments[0].value, body.scope))
            for body in bodies.values()
            for action in walk.actions(body.shape)
            for expr in walk.expressions(action)
            for key, value in (expr.items if isinstance(expr, facts.DictDisplay) else ())
            if isinstance(key, facts.Constant) and isinstance(key.value, str)
            if isinstance(value, facts.Call) and walk.last_name(value.func) in _ANSWERS and value.arguments
        )

    def _answering(self, expr: facts.Expr, scope: Scope) -> FunctionInfo | None:
        """The function or the method of an object that is named there; None for what is not known."""
        symbol = self._project.typing.callee(expr, scope)
        if isinstance(symbol, FunctionInfo):
            return symbol
        types = self._project.typing.of(expr.value, scope) if isinstance(expr, facts.Attribute) else ()
        classes = [t.ref for t in types if isinstance(t.ref, ClassInfo)]
        if len(classes) != 1 or not isinstance(expr, facts.Attribute):
            return None
        method = self._project.classes.method(classes[0], expr.attr)
        return method if isinstance(method, FunctionInfo) else None


def _is_one_of_many(part: facts.Expr) -> bool:
    """Whether what is given out may be one of several: a list of them, or what is under a key."""
    if isinstance(part, facts.Subscript):
        return not isinstance(part.index, facts.Constant)
    if isinstance(part, (facts.Display, facts.Comprehension)):
        return part.kind in ("list", "set")
    return False


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
