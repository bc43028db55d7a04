"""What acts in another process with the weights that a learner shares, and keeps recurrent states meanwhile.

As far as names and the shape of code tell: a class with a state in an attribute, a loop around an environment with one
in a variable, or actors of a library that rows speak of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.beside import RESETS
from lstm_lint.project.kept import CONSTRUCTORS, Keeping, Kept
from lstm_lint.project.looks import is_anew, is_named
from lstm_lint.project.symbols import ClassInfo, FunctionInfo

if TYPE_CHECKING:
    from lstm_lint.project import Project

KIND = "actor"
"""The kind of rows of classes that act in processes of their own."""
_ASIDE = re.compile(
    r"(^|[_./])(eval\w*|enjoy\w*|tests?|demo\w*|play|render|export\w*|bench\w*|match\w*)(?=[_./]|$)", re.IGNORECASE
)
_LOADS = frozenset({"load_state_dict", "load_checkpoint"})
_NEWER = re.compile(r"version|generation|epoch|reload|swap|exploit|weights|updated|changed", re.IGNORECASE)
_PLAINLY = re.compile(r"reset|forget|clear", re.IGNORECASE)


class Actors:
    """The states of a project that actors keep; one look for all learners."""

    def __init__(self, project: Project, keeping: Keeping) -> None:
        self._project = project
        self._keeping = keeping

    def kept_beside(self, learner: ClassInfo) -> Kept | None:
        """A state that actors keep in other processes than a learner's, which nothing but an episode's end resets."""
        family = {learner, *self._project.classes.lineage(learner), *self._project.classes.subclasses(learner)}
        for klass, kept in self._states:
            if klass is None or klass not in family:
                return kept
        return self._of_library(learner)

    @cached_property
    def _states(self) -> tuple[tuple[ClassInfo | None, Kept], ...]:
        return (*self._of_classes(), *self._through_others(), *self._in_loops())

    def _of_classes(self) -> Iterator[tuple[ClassInfo, Kept]]:
        """The states that classes keep by themselves, unless they reset them when they see newer weights."""
        for klass in self._project.classes.all:
            if self._project.classes.kind(klass) == "module" or _ASIDE.search(klass.module.name):
                continue
            if self._project.classes.is_a(klass, "torch.nn.Module") or _trains(klass):
                continue
            methods = klass.fact.functions.values()
            if any(_resets_for_newer(each.body) for each in methods):
                continue
            yield from ((klass, kept) for kept in self._keeping.of_class(klass) if is_named(_last(kept.name)))

    def _through_others(self) -> Iterator[tuple[ClassInfo | None, Kept]]:
        """The states that another object is handed: ``seat.last_rnn_state = new_rnn_state``."""
        for function in self._project.functions:
            if function.fact.name in CONSTRUCTORS or _is_aside(function):
                continue
            own = function.fact.parameters[0].name if function.fact.parameters and function.klass else ""
            for action in walk.actions(function.fact.body):
                if not isinstance(action, facts.Assign) or is_anew(action.value):
                    continue
                for target in walk.flat(action.targets):
                    if not isinstance(target, facts.Attribute) or not is_named(target.attr):
                        continue
                    if isinstance(target.value, facts.Name) and target.value.id not in ("self", own):
                        for klass in self._having(target.attr):
                            yield klass, Kept(target.attr, "", function.module.path, target.span)

    def _having(self, attr: str) -> Iterator[ClassInfo]:
        """The classes that reset an attribute in a method of theirs, and not for newer weights."""
        for klass in self._project.classes.all:
            methods = klass.fact.functions
            begins = any(attr in self._project.typing.bindings(f).attributes for f in methods.values())
            if begins and not any(_resets_for_newer(each.body) for each in methods.values()):
                yield klass

    def _in_loops(self) -> Iterator[tuple[ClassInfo | None, Kept]]:
        """The states in variables of loops that step an environment and load nothing themselves."""
        for function in self._project.functions:
            mentions = function.fact.mentions
            if "step" not in mentions or not mentions.isdisjoint(_LOADS) or _is_aside(function):
                continue
            if _resets_for_newer(function.fact.body) or not mentions.isdisjoint(("backward", "zero_grad")):
                continue
            yield from ((function.klass, kept) for kept, _ in self._keeping.in_loops(function))

    def _of_library(self, learner: ClassInfo) -> Kept | None:
        """The state of the actors of a library that a learner's module takes its parts from, if it trains on states."""
        mentions = learner.module.facts.mentions
        if not any(map(is_named, mentions)):
            return None
        imported = {item.module.partition(".")[0] for item in learner.module.facts.imports if not item.level}
        for name, row in self._project.vocabulary.classes.items():
            if row.kind == KIND and row.state and name.partition(".")[0] in imported:
                return Kept(row.state[0].slot, "", learner.module.path, learner.fact.span)
        return None


def _is_aside(function: FunctionInfo) -> bool:
    """Whether a function evaluates or shows something: it has an end of its own, and begins anew."""
    return any(_ASIDE.search(each) for each in (function.fact.name, function.module.name))


def _trains(klass: ClassInfo) -> bool:
    return any(not f.mentions.isdisjoint(("backward", "zero_grad")) for f in klass.fact.functions.values())


def _last(name: str) -> str:
    return name.rpartition(".")[2].partition("[")[0]


def _resets_for_newer(shape: Shape) -> bool:
    """Whether something is reset under a test that asks for other weights, or whether a reset was asked for."""
    return any(_asks(each.test) and any(map(_anew, walk.actions(each.then))) for each in walk.branches(shape))


def _asks(test: object) -> bool:
    named = [walk.last_name(e) for e in walk.expressions(test) if isinstance(e, (facts.Name, facts.Attribute))]
    return any(_NEWER.search(name) or _PLAINLY.search(name) for name in named)


def _anew(action: object) -> bool:
    """Whether an action resets something: by a call of such a name, or by writing an initial state."""
    if any(
        isinstance(expr, facts.Call)
        and (RESETS.search(walk.last_name(expr.func)) or _PLAINLY.search(walk.last_name(expr.func)))
        for expr in walk.expressions(action)
    ):
        return True
    return (
        isinstance(action, facts.Assign)
        and is_anew(action.value)
        and any(is_named(walk.last_name(target)) for target in walk.flat(action.targets))
    )
