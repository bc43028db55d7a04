"""What a method gives of the weights of a network that its object trains: ``learner.weights()``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from lstm_lint import facts, walk
from lstm_lint.project.learned import is_learned
from lstm_lint.project.senders import said
from lstm_lint.project.symbols import ClassInfo, FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_WEIGHTS = frozenset({"state_dict", "parameters", "named_parameters"})
_DEEP = 3


class GivenOut(NamedTuple):
    """A network as who asks for its weights may call it, and the class of the object that trains it."""

    network: str
    learner: ClassInfo


def given_out(project: Project, call: facts.Call, user: FunctionInfo) -> GivenOut | None:
    """Whose weights a call of a method gives, where all that it gives is of one network, and the object trains that."""
    func = call.func
    if isinstance(func, facts.Attribute) and func.attr == "remote":
        func = func.value
    owner = walk.chain(func.value) if isinstance(func, facts.Attribute) else None
    if not isinstance(func, facts.Attribute) or owner is None:
        return None
    types = project.typing.of(func.value, Scope(user.module, user.klass, user.fact))
    having = {t.ref for t in types if isinstance(t.ref, ClassInfo)}
    gives = project.classes.method(having.pop(), func.attr) if len(having) == len(types) == 1 else None
    if not isinstance(gives, FunctionInfo) or gives.klass is None:
        return None
    networks = set(_asked(project, gives))
    own = networks.pop() if len(networks) == 1 else ""
    trained = own.startswith("self.") and is_learned(own, gives, project.functions)
    return GivenOut(f"{owner}.{own.partition('.')[2]}", gives.klass) if trained else None


def _asked(project: Project, gives: FunctionInfo) -> Iterator[str]:
    """What is asked for its weights in what a method returns."""
    for value in walk.bindings(gives.fact).returns:
        for part in said(project, value, gives, _DEEP):
            if isinstance(part, facts.Call) and isinstance(part.func, facts.Attribute) and part.func.attr in _WEIGHTS:
                yield walk.chain(part.func.value) or ""
