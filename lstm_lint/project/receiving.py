"""Whether what is given weights is new, or is given its own: no state of it can go stale by that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lstm_lint import facts, walk
from lstm_lint.project.fitting import SAME_OBJECT
from lstm_lint.project.inference import Typing
from lstm_lint.project.kept import Keeping, Kept
from lstm_lint.project.mirrors import refreshes
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

_MAKES = re.compile(r"^_*(create|make|build|construct|instantiate|new|clone|copy|deepcopy)(_|$)|^[A-Z]\w*[a-z]")
SHARED = re.compile(r"(^|_)(shared|global|learner|cent(?:er|re|ral)|server|master)(_|$)")
"""What is named so is copied from, not to, where it comes first."""


class Receiving:
    """Answers for the receiver of one call at a time."""

    def __init__(self, keeping: Keeping, typing: Typing) -> None:
        self._keeping = keeping
        self._typing = typing

    def is_made_here(self, receiver: facts.Expr, function: FunctionInfo) -> bool:
        """Whether a receiver is bound to a new object in the same round: a clone that takes over the weights."""
        named = walk.chain(receiver)
        if named is None:
            return False
        placed = self._keeping.placed(function.fact)
        used = [each.loops for each in placed if any(expr is receiver for expr in walk.expressions(each.action))]
        return any(
            isinstance(each.action, facts.Assign)
            and self._makes(each.action.value, function)
            and [each.loops] == used
            and any(walk.chain(target) == named for target in each.action.targets)
            for each in placed
        )

    def _makes(self, value: facts.Expr, function: FunctionInfo) -> bool:
        while isinstance(value, facts.Call) and walk.last_name(value.func) in SAME_OBJECT:
            if not isinstance(value.func, facts.Attribute):
                return False
            value = value.func.value
        if not isinstance(value, facts.Call):
            return False
        scope = Scope(function.module, function.klass, function.fact)
        return _MAKES.search(walk.last_name(value.func)) is not None or self._typing.builds(value, scope)

    def is_own(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether the weights are of the same object, or of another network of the one that holds the receiver."""
        if not isinstance(call.func, facts.Attribute) or not call.arguments:
            return False  # `self.load_weights()` fetches them for itself
        if refreshes(call, function):
            return False
        receiver = walk.chain(call.func.value) or ""
        for source in self._sources(call.arguments[0].value, function):
            other = walk.chain(source) or ""
            if other == receiver:
                return True
            if SHARED.search(walk.last_name(source)) and not SHARED.search(receiver):
                continue
            holder = receiver.rpartition(".")[0]
            if holder and holder == other.rpartition(".")[0] and receiver.partition(".")[0] in ("self", "cls"):
                return True
        return False

    def is_of_source(self, kept: Kept, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a state is one that the network advances which the weights are read from, and not the receiver."""
        if not call.arguments:
            return False
        receiver = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        sources = {walk.chain(source) for source in self._sources(call.arguments[0].value, function)} - {None, receiver}
        return any(kept.by == source or kept.by.startswith(f"{source}.") for source in sources)

    def _sources(self, expr: facts.Expr, function: FunctionInfo) -> Iterator[facts.Expr]:
        """The objects whose weights an expression reads, by way of a variable too."""
        bound = self._typing.bindings(function.fact).names
        for part in walk.expressions(expr):
            values = [part]
            if isinstance(part, facts.Name):
                values += [inner for each in bound.get(part.id, ()) for inner in walk.expressions(each.expr)]
            for value in values:
                func = value.func if isinstance(value, facts.Call) else None
                if isinstance(func, facts.Attribute) and func.attr in ("state_dict", "get_weights", "get_parameters"):
                    yield func.value
