"""Weights that reach a process from outside it: whether they are those that a learner sends out, by all names there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project.boards import Boards
from lstm_lint.project.from_files import is_from_file, reads_file
from lstm_lint.project.mirrors import refreshes
from lstm_lint.project.posted import Posted
from lstm_lint.project.queues import Put
from lstm_lint.project.senders import ELSEWHERE, Senders, is_own, said, trains
from lstm_lint.project.shown import is_shown
from lstm_lint.project.stubs import Stubs
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_WHAT = r"(model|policy|policies|nets?|networks?|weights?|params?|parameters?|state_?dicts?)"
_ASKS = re.compile(
    rf"^_*(refresh|pull|fetch|sync|poll|receive|recv|download|request)(_\w*)?_{_WHAT}$"
    rf"|^_*(get|load|read|refresh|update|sync|receive)_\w*(latest|newest|learner)_?\w*{_WHAT}$"
    rf"|^_*(sync|pull|update)_\w*from_(learner|server|global|shared|trainer|master)|^_*sync(_in)?$"
)
"""Functions whose name says that they ask for the weights of a learner."""
_LEARNER = re.compile(
    r"(^|_)(learner|trainer|ps|(param|parameter|weights?|model)_?(server|store))s?(_|$)|(^|_)(stub|rref)$",
    re.IGNORECASE,
)
_CLIENT = re.compile(
    r"(Variables?|Param(eter)?s?|Weights?|Model|Policy)(Client|Receiver|Puller|Fetcher|Syncer|Synchroni[sz]er|Subscriber|"
    r"Exchanger)$"
)
"""Classes that are made to keep a network up to date."""
_CHANNEL = re.compile(
    rf"(^|_)({_WHAT})_?(queue|q|pipe|conn|connection|channel|socket|sub|subscriber|reader|receiver|updates?)$",
    re.IGNORECASE,
)
"""What weights and nothing else come by; commands and whole checkpoints come by an inbox."""
_TAKES = frozenset({"get", "get_nowait", "recv", "recv_pyobj", "receive", "pop", "popleft", "read"})
_PUBLISHES = re.compile(r"^(publish|broadcast|announce)(_\w+)?$")
_DEEP = 4


class Sent:
    """Answers for one replacing call at a time."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._boards = Boards(project)
        self._posted = Posted(project)
        self._senders = Senders(project)
        self._stubs = Stubs(project, self._posted)
        self._functions = {function.id: function for function in project.functions}

    def at(self, function_id: str, span: Span) -> bool:
        """Whether the call that stands there takes weights that a learner sends out, or those a copy was made of."""
        function = self._functions.get(function_id)
        if function is None:
            return False
        call = walk.call_at(function.fact.body, span)
        if call is not None and call.arguments:
            return self._is_sent(call, function) or refreshes(call, function)
        return any(self._is_sent(call, function) for call in _copies(function, span))

    def _is_sent(self, call: facts.Call, function: FunctionInfo) -> bool:
        parts = list(said(self._project, call.arguments[0].value, function, _DEEP))
        words = {walk.last_name(part) for part in parts} | set((walk.render(call.func) or "").split("."))
        words |= {str(part.value) for part in parts if isinstance(part, facts.Constant) and isinstance(part.value, str)}
        if any(map(ELSEWHERE.search, (*words, function.fact.name))):
            return False
        if reads_file(parts):
            return False
        klass = function.klass.fact.name if function.klass is not None else ""
        asks = _ASKS.search(function.fact.name) or _CLIENT.search(klass)
        if asks and not is_from_file(self._project, call.arguments[0].value, function):
            return True
        calls = [each for each in parts if isinstance(each, facts.Call)]
        own = walk.chain(call.func.value) if isinstance(call.func, facts.Attribute) else None
        others = [each for each in calls if own is None or not _is_asked_of(each, own)]
        if any(self._is_learners(each, function) for each in others):
            return True
        asked = list(self._asks(calls, function))
        if any(self._posted.is_newest(each, by) or self._stubs.is_newest(each, by) for each, by in asked):
            return True
        taken = [each for each in calls if isinstance(each.func, facts.Attribute) and each.func.attr in _TAKES]
        if trains(function) or self._is_trained(call, function):
            return False
        if any(self._is_put_by_a_learner(each, function) for each in taken) or is_shown(self._project, call, function):
            return True
        return any(self._is_of_a_relay(each, function) or self._boards.is_asked(each, function) for each in calls)

    def _asks(
        self, calls: Sequence[facts.Call], function: FunctionInfo
    ) -> Iterator[tuple[facts.Call, FunctionInfo]]:
        """Calls with the functions that make them, those in what a function of the project returns too."""
        for call in calls:
            yield call, function
            made = self._project.typing.callee(call.func, Scope(function.module, function.klass, function.fact))
            if isinstance(made, FunctionInfo):
                for value in walk.bindings(made.fact).returns:
                    parts = said(self._project, value, made, _DEEP)
                    yield from ((part, made) for part in parts if isinstance(part, facts.Call))

    def _is_of_a_relay(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a call asks what a learner publishes by another method of the same class, by a name of its own."""
        name = walk.last_name(call.func)
        having = {klass for klass in self._project.classes.all if name in klass.fact.functions}
        return (
            isinstance(call.func, facts.Attribute)
            and len(having) == 1
            and function.klass not in having
            and not having.isdisjoint(self._relays)
        )

    @cached_property
    def _relays(self) -> frozenset[ClassInfo]:
        """The classes to which functions that train a network publish its weights."""
        found: set[ClassInfo] = set()
        for function in self._project.functions:
            named = {name for name in function.fact.mentions if _PUBLISHES.search(name)}
            if not named or not trains(function):
                continue
            for call in walk.calls(function.fact.body):
                name = walk.last_name(call.func)
                if name in named and any(self._senders.gives_weights(each.value, function) for each in call.arguments):
                    having = {klass for klass in self._project.classes.all if name in klass.fact.functions}
                    found |= having if len(having) == 1 else set()
        return frozenset(klass for klass in found if not ELSEWHERE.search(klass.fact.name))

    def _is_trained(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether what gets the weights may be an attribute of an object that trains it: a member of a population."""
        receiver = call.func.value if isinstance(call.func, facts.Attribute) else call.func
        if not isinstance(receiver, facts.Attribute):
            return False
        classes = self._project.classes
        own = function.klass is not None and is_own(receiver, function)
        every = classes.lineage(function.klass) if own and function.klass is not None else classes.all
        return any(
            isinstance(klass, ClassInfo)
            and self._project.assigns(klass, receiver.attr)
            and any("backward" in fact.mentions for fact in klass.fact.functions.values())
            for klass in every
        )

    def _is_put_by_a_learner(self, taken: facts.Call, function: FunctionInfo) -> bool:
        """Whether a function that trains a network sends its weights, to a function of the same file that trains none.

        Or to one elsewhere, by what is called the same: ``updates.put(net.state_dict())`` and ``updates.get()``.
        """
        if any(map(self._is_from_elsewhere, self._project.queues.filled_by(taken, function))):
            return False
        name = walk.last_name(taken.func.value) if isinstance(taken.func, facts.Attribute) else ""
        return any(
            other is not function
            and (other.klass is None or other.klass is not function.klass)
            and any(other.module is function.module or by == name for by in by_names)
            for other, by_names in self._senders.every
        )

    def _is_from_elsewhere(self, put: Put) -> bool:
        """Whether what is put into a queue was read from a file, or is named as what no learner has made last."""
        parts = list(said(self._project, put.call.arguments[0].value, put.function, _DEEP))
        named = (walk.last_name(part) for part in parts)
        return any(map(ELSEWHERE.search, named)) or reads_file(parts)

    def _is_learners(self, call: facts.Call, function: FunctionInfo) -> bool:
        """Whether a call is on a learner, or takes something out of what only weights come by."""
        if not isinstance(call.func, facts.Attribute):
            return False
        named = [walk.last_name(part) for part in said(self._project, call.func.value, function, 1)]
        if any(map(_LEARNER.search, named)):
            return True
        return call.func.attr in _TAKES and any(map(_CHANNEL.search, named))


def _is_asked_of(call: facts.Call, own: str) -> bool:
    """Whether a call is on what gets the weights: ``trainer.net.state_dict()``, which ``trainer.net`` gets back."""
    return isinstance(call.func, facts.Attribute) and walk.chain(call.func.value) == own


def _copies(function: FunctionInfo, span: Span) -> Iterator[facts.Call]:
    """The calls that write parameters one by one in the loop over what stands there."""
    for loop in walk.loops(function.fact.body):
        if isinstance(loop.head, facts.Iterate) and loop.head.iterable.span == span:
            copies = (call for call in walk.calls(loop.body) if walk.last_name(call.func) == "copy_")
            yield from (call for call in copies if call.arguments)
