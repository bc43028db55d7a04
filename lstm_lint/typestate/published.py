"""Objects by which a learner tells its actors the newest weights: it puts them there, they take them out.

``board.publish(net)`` round after round where ``net`` is trained, and ``board.fetch()`` wherever another copy acts. One
in a process of its own gets weights: ``board.publish.remote(net.state_dict())``, ``ray.get(board.fetch.remote())``.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.model import Span
from lstm_lint.project import ClassInfo, FunctionInfo
from lstm_lint.project.placed import pairs, place_each
from lstm_lint.typestate.optimized import trained

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_READS = frozenset({
    "parameters", "named_parameters", "state_dict", "get_weights", "get_parameters", "parameters_to_vector",
})  # fmt: skip
_ADDS = frozenset({"append", "appendleft", "add", "insert", "extend", "setdefault", "push", "heappush"})
_MANY = re.compile(r"best|pool|league|archive|snapshot|checkpoint|history|opponent|rival|hall", re.IGNORECASE)
"""What is called so gives out old weights as well."""


def is_taken(run: Interpreter, span: Span) -> bool:
    """Whether the weights that a call puts in place came out of such an object."""
    call = walk.call_at(run.frame.body, span)
    if call is None or not call.arguments or run.frame.function is None:
        return False
    given = call.arguments[0].value
    bound = run.project.typing.bindings(run.frame.function).names
    found = [each.expr for each in bound.get(given.id, ())] if isinstance(given, facts.Name) else [given]
    return bool(found) and all(isinstance(each, facts.Call) and _gives(run, each) for each in found)


def _gives(run: Interpreter, call: facts.Call) -> bool:
    """Whether a method gives what another method of its class takes from a network that is trained."""
    asked = _asked_from_afar(call)
    func = call.func if asked is None else asked.func.value if isinstance(asked.func, facts.Attribute) else None
    if not isinstance(func, facts.Attribute) or (asked or call).arguments:
        return False  # `store.get(name)`: one of several
    name = func.attr
    holders = {f.klass for f in run.project.functions if f.fact.name == name and f.klass is not None}
    if len(holders) != 1:
        return False
    (klass,) = holders
    if _MANY.search(klass.fact.name) or _MANY.search(name) or _MANY.search(walk.chain(func.value) or ""):
        return False
    others = [each for each in klass.fact.functions.values() if each.name != name]
    if asked is not None:
        return any(_is_sent(run, klass, each, klass.fact.functions[name]) for each in others)
    return any(_is_told(run, klass, each) for each in others)


def _asked_from_afar(call: facts.Call) -> facts.Call | None:
    """What is asked of an object in another process: ``board.fetch.remote()`` of ``ray.get(board.fetch.remote())``."""
    inner = call.arguments[0].value if walk.last_name(call.func) == "get" and len(call.arguments) == 1 else call
    return inner if isinstance(inner, facts.Call) and walk.last_name(inner.func) == "remote" else None


def _is_sent(run: Interpreter, klass: ClassInfo, method: facts.FunctionFact, giving: facts.FunctionFact) -> bool:
    """Whether a method puts the weights that it is handed where another one takes them, whatever they are worth.

    And whether some loop sends it those of the trained network.
    """
    handed = {parameter.name for parameter in method.parameters[1:]}
    kept = {
        walk.chain(target)
        for placed in place_each(method.body)
        if placed.conditional < 0
        for target, value in (pairs(placed.action) if isinstance(placed.action, facts.Assign) else ())
        if isinstance(target, facts.Attribute) and isinstance(value, facts.Name) and value.id in handed
    }
    given = {walk.chain(value) for value in walk.bindings(giving).returns}
    if method.name.startswith("__") or given.isdisjoint(kept - {None}):
        return False
    users = [f for f in (*run.project.functions, *run.project.programs) if method.name in f.fact.mentions]
    return any(_sends(run, user, method.name) for user in users if user.klass is not klass)


def _sends(run: Interpreter, user: FunctionInfo, name: str) -> bool:
    known = trained(run.index.trained, user.module)
    return any(
        isinstance(call.func, facts.Attribute)
        and call.func.attr == "remote"
        and walk.last_name(call.func.value) == name
        and any(_reads(each, known) for argument in call.arguments for each in walk.calls_in(argument.value))
        for loop in walk.loops(user.fact.body)
        for call in walk.calls(loop.body)
    )


def _is_told(run: Interpreter, klass: ClassInfo, method: facts.FunctionFact) -> bool:
    """Whether a method takes the weights of what it is handed, and is handed the trained network in some loop."""
    handed = {parameter.name for parameter in method.parameters[1:]}
    if method.name.startswith("__") or _keeps_many(method):
        return False
    if not any(_reads(each, handed) for each in walk.calls(method.body)):
        return False
    users = [f for f in (*run.project.functions, *run.project.programs) if method.name in f.fact.mentions]
    return any(_tells(run, user, method.name) for user in users if user.klass is not klass)


def _keeps_many(method: facts.FunctionFact) -> bool:
    """Whether what was put there before is kept beside it: appended to, or written under a key."""
    if any(walk.last_name(call.func) in _ADDS for call in walk.calls(method.body)):
        return True
    assigned = (action for action in walk.actions(method.body) if isinstance(action, facts.Assign))
    items = (t for action in assigned for t in action.targets if isinstance(t, facts.Subscript))
    return any(not walk.is_whole(item.index) and not isinstance(item.index, facts.Constant) for item in items)


def _reads(call: facts.Call, handed: Collection[str]) -> bool:
    if walk.last_name(call.func) not in _READS:
        return False
    roots = [walk.root(call.func), *(walk.root(each.value) for each in call.arguments)]
    return any(isinstance(root, facts.Name) and root.id in handed for root in roots)


def _tells(run: Interpreter, user: FunctionInfo, name: str) -> bool:
    known = trained(run.index.trained, user.module)
    return any(
        isinstance(call.func, facts.Attribute)
        and call.func.attr == name
        and any(walk.last_name(each.value) in known for each in call.arguments)
        for loop in walk.loops(user.fact.body)
        for call in walk.calls(loop.body)
    )
