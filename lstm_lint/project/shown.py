"""Networks by which a training function shows its newest weights to others: it writes them there, time and again.

``board.load_state_dict(model.state_dict())`` in the loop that trains ``model``, while actors are handed ``board``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument
from lstm_lint.project.learned import hands_over
from lstm_lint.project.placed import pairs
from lstm_lint.project.processes import begun_with
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.sync_words import OTHERS

if TYPE_CHECKING:
    from lstm_lint.project import Project

_LOADS = frozenset({"load_state_dict"})

_Handed = tuple[facts.Expr | None, FunctionInfo]


def is_shown(project: Project, call: facts.Call, function: FunctionInfo) -> bool:
    """Whether a call takes the weights of such a network, which is all that its function is ever handed for it."""
    owners = _read(call)
    network = owners.pop() if len(owners) == 1 else ""
    if not network or OTHERS.search(network):
        return False
    handed = list(_handed(project, network, function))
    return bool(handed) and all(_follows(value, user) for value, user in handed)


def _read(call: facts.Call) -> set[str]:
    """What is asked for its weights in the first argument of a call."""
    return {
        walk.chain(part.func.value) or ""
        for each in call.arguments[:1]
        for part in walk.expressions(each.value)
        if isinstance(part, facts.Call) and isinstance(part.func, facts.Attribute) and part.func.attr == "state_dict"
    }


def _handed(project: Project, network: str, function: FunctionInfo) -> Iterator[_Handed]:
    """What is handed in as a network, to the function itself or to the constructor of its object."""
    if any(parameter.name == network for parameter in function.fact.parameters):
        for user, call in project.handed.calls(function):
            yield argument(call, function, network), user
        yield from begun_with(project, function, network)
        return
    own, _, attr = network.partition(".")
    init = project.classes.method(function.klass, "__init__") if function.klass is not None else None
    if not isinstance(init, FunctionInfo) or function.klass is None or own != function.fact.parameters[0].name:
        return
    kept = _kept(function.klass.fact, attr, init)
    name = function.klass.fact.name
    for user in _users(project, name) if kept else ():
        for call in walk.calls(user.fact.body):
            if _called(call) == name:
                yield argument(call, init, kept), user


def _kept(klass: facts.ClassFact, attr: str, init: FunctionInfo) -> str:
    """The parameter of the constructor that an attribute holds, where nothing else is ever put there."""
    put = [
        (fact, value)
        for fact in klass.functions.values()
        for action in walk.actions(fact.body)
        if isinstance(action, facts.Assign)
        for target, value in pairs(action)
        if walk.chain(target) == f"self.{attr}"
    ]
    if len(put) != 1 or put[0][0] is not init.fact or not isinstance(put[0][1], facts.Name):
        return ""
    name = put[0][1].id
    return name if any(parameter.name == name for parameter in init.fact.parameters) else ""


def _users(project: Project, name: str) -> Iterator[FunctionInfo]:
    return (each for each in (*project.functions, *project.programs) if name in each.fact.mentions)


def _called(call: facts.Call) -> str:
    """The name that is called, maybe in another process."""
    remote = isinstance(call.func, facts.Attribute) and call.func.attr == "remote"
    return walk.last_name(call.func.value if remote and isinstance(call.func, facts.Attribute) else call.func)


def _follows(value: facts.Expr | None, user: FunctionInfo) -> bool:
    """Whether a variable holds a network that gets, again and again, what one other network has learned there."""
    if not isinstance(value, facts.Name) or "backward" not in user.fact.mentions or not _is_one(value.id, user):
        return False
    loads = [call for call in walk.calls(user.fact.body) if _loads_into(call) == value.id]
    sources = set[str]().union(*(_read(call) or {""} for call in loads))
    source = sources.pop() if len(sources) == 1 else ""
    if not source or OTHERS.search(source) or OTHERS.search(value.id) or not _is_one(source, user):
        return False
    repeated = [call for loop in walk.loops(user.fact.body) for call in walk.calls(loop.body)]
    trained = {each for each in (source, value.id) for call in walk.calls(user.fact.body) if hands_over(call, each)}
    if trained != {source} or any(_loads_into(call) == source for call in repeated):
        return False
    return any(call in repeated for call in loads)


def _loads_into(call: facts.Call) -> str:
    func = call.func
    return walk.chain(func.value) or "" if isinstance(func, facts.Attribute) and func.attr in _LOADS else ""


def _is_one(name: str, user: FunctionInfo) -> bool:
    """Whether a variable is bound to what a call gave, once: to no member of a list."""
    bound = walk.bindings(user.fact).names.get(name, ())
    made = [each for each in bound if each.how == "value" and isinstance(each.expr, facts.Call)]
    looped = [action for loop in walk.loops(user.fact.body) for action in walk.actions(loop.body)]
    return len(bound) == len(made) == 1 and not any(
        isinstance(action, facts.Assign) and any(walk.chain(target) == name for target in walk.flat(action.targets))
        for action in looped
    )
