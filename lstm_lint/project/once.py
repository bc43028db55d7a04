"""Flags in attributes that are true at the first step of an object's life and never again: no later episode is told.

``self.starts = np.zeros(1)`` after each step, and nothing but the constructor, or what fills in for it, begins anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Branch, Leave, Shape
from lstm_lint.flow import Sequence as Steps
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.symbols import FunctionInfo, Module

_CONSTRUCTS = re.compile(r"^(__init__|__post_init__|__new__|_*(setup|set_up|build|init)(_model|_agent|_policy)?)$")
_ARRAYS = frozenset({"array", "asarray", "tensor", "as_tensor", "BoolTensor", "FloatTensor", "full"})


class _Written(NamedTuple):
    """A value that an attribute gets, and whether that is only where it was None: then it has been given none yet."""

    value: facts.Expr | None
    function: facts.FunctionFact | None
    first: bool


class Once:
    """Looks at all that is written to an attribute of a name, whoever's it is; each name once."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo]) -> None:
        self._modules = modules
        self._functions = functions
        self._known: dict[tuple[str, bool], bool] = {}

    def falls(self, attr: str, to: bool = False) -> bool:
        """Whether an attribute has this value for good after the first step, and another one before at most."""
        key = (attr, to)
        if key not in self._known:
            self._known[key] = self._falls(attr, to)
        return self._known[key]

    def _falls(self, attr: str, to: bool) -> bool:
        bodies = list(every_body(self._modules, self._functions, attr))
        if any(_is_touched(body.shape, attr) for body in bodies):
            return False
        written = [each for body in bodies for each in self._written(body, attr)]
        settled = [each for each in written if truth(each.value) is to]
        others = [each for each in written if truth(each.value) is not to and not each.first]
        return bool(settled) and all(each.function is not None for each in settled) and not others

    def _written(self, body: Body, attr: str) -> Iterator[_Written]:
        """What counts: what a constructor does, or a method that nobody calls, does not."""
        function = body.scope.function
        if function is not None and (_CONSTRUCTS.search(function.name) or _is_done_once(function.body)):
            return
        if function is not None and function.name not in self._mentioned and body.scope.klass is not None:
            return
        guarded = [
            action
            for branch in walk.branches(body.shape)
            if _asks_whether_none(branch.test, attr)
            for action in walk.actions(branch.then)
        ]
        for action in walk.actions(body.shape):
            if not isinstance(action, facts.Assign):
                continue
            for target in action.targets:
                for item, value in walk.paired(target, action.value):
                    if isinstance(item, facts.Attribute) and item.attr == attr:
                        yield _Written(value, function, any(action is each for each in guarded))

    @cached_property
    def _mentioned(self) -> frozenset[str]:
        """The names that are read anywhere, as those of the methods that are called."""
        return frozenset(
            walk.last_name(expr)
            for body in every_body(self._modules, self._functions)
            for action in walk.actions(body.shape)
            for expr in walk.expressions(action)
            if isinstance(expr, (facts.Attribute, facts.Name))
        )


def truth(value: facts.Expr | None) -> bool | None:
    """Whether a flag for one environment or more is true or false all over: ``np.zeros(1)``, ``[False]``."""
    if isinstance(value, facts.Constant):
        return bool(value.value) if isinstance(value.value, (bool, int, float)) else None
    if isinstance(value, facts.Display):
        found = {truth(item) for item in value.items}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, facts.Call):
        name = walk.last_name(value.func)
        if name in ("zeros", "zeros_like", "ones", "ones_like"):
            return name.startswith("ones")
        if name in _ARRAYS and value.arguments:
            return truth(value.arguments[-1 if name == "full" else 0].value)
    return None


def _is_touched(shape: Shape, attr: str) -> bool:
    """Whether something is written into what an attribute holds, or it is counted up: ``self.starts[:] = done``."""
    for action in walk.actions(shape):
        targets = action.targets if isinstance(action, facts.Assign) else ()
        if isinstance(action, (facts.Augment, facts.Iterate)):
            targets = (action.target,)
        for target in targets:
            named = any(isinstance(e, facts.Attribute) and e.attr == attr for e in walk.expressions(target))
            if named and (isinstance(target, facts.Subscript) or not isinstance(action, facts.Assign)):
                return True
        for call in walk.calls_in(action):
            if isinstance(call.func, facts.Attribute) and walk.last_name(call.func.value) == attr:
                return True
    return False


def _asks_whether_none(test: object, attr: str) -> bool:
    """``if self.starts is None``, or ``if not self.starts``."""
    if not isinstance(test, facts.Operation) or test.op not in ("is", "==", "not"):
        return False
    return walk.last_name(test.operands[0]) == attr


def _is_done_once(body: Shape) -> bool:
    """Whether a method begins by leaving where its work is done: ``if self._model is not None: return``."""
    first = body.shapes[0] if isinstance(body, Steps) and body.shapes else body
    if not isinstance(first, Branch) or not isinstance(first.test, facts.Operation):
        return False
    return first.test.op == "is not" and isinstance(walk.ending(first.then), Leave)
