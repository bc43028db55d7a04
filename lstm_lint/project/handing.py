"""Constructors that keep functions in their object, or hand them to a library, and what may run them later."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.project.classes import Classes, ClassRef
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.uses import Uses

HOOK = re.compile(r"^(on_[a-z]|dispatch$)")
"""Methods by which an object is told that is registered as a whole: a handler of a watcher of files."""
CONSTRUCTORS = ("__init__", "__post_init__")


def is_hook(classes: Classes, function: FunctionInfo) -> bool:
    """Whether a library calls a method of an object that it is handed."""
    klass = function.klass
    return klass is not None and HOOK.search(function.fact.name) is not None and extends(classes, klass)


def extends(classes: Classes, klass: ClassRef) -> bool:
    """Whether a class is one of a library, or inherits from one."""
    return any(isinstance(base, str) and base != "object" for base in classes.lineage(klass))


def plays_beside(body: Shape, names: frozenset[str]) -> bool:
    """Whether a body hands on a function of one of these names, and carries something on in a loop of its own."""
    return _hands(body, names) and any(
        isinstance(action, facts.Assign) and _goes_through(action)
        for loop in walk.loops(body)
        for action in walk.actions(loop.body)
    )


def _goes_through(assign: facts.Assign) -> bool:
    """Whether what is assigned was handed to the call that gives it."""
    if not isinstance(assign.value, facts.Call):
        return False
    given = {chain for argument in assign.value.arguments for chain in walk.chains(argument.value)}
    return any(walk.chain(target) in given for target in walk.flat(assign.targets))


def _hands(body: Shape, names: frozenset[str]) -> bool:
    """Whether a body hands a function of one of these names to what it calls, or puts it in an attribute."""
    for action in walk.actions(body):
        given = [each.value for call in walk.calls_in(action) for each in call.arguments]
        if isinstance(action, facts.Assign) and any(isinstance(each, facts.Attribute) for each in action.targets):
            given.append(action.value)
        if any(isinstance(each, facts.Name) and each.id in names for each in given):
            return True
    return False


def running_later(
    classes: Classes,
    uses: dict[FunctionInfo, Uses],
    carriers: frozenset[FunctionInfo],
    hot: set[FunctionInfo],
    names: frozenset[str],
) -> set[FunctionInfo]:
    """Those of the carriers of a state whose object's constructor hands on functions that replace weights."""
    hooks = {f.klass.fact.name for f in hot if f.klass is not None and is_hook(classes, f)}
    handing = {
        f.klass
        for f in hot
        if f.klass is not None and f.fact.name in CONSTRUCTORS and _hands_on(f.fact, uses[f], names, hooks)
    }
    if not handing:
        return set()
    family = {one for klass in handing for one in (*classes.lineage(klass), *classes.subclasses(klass))}
    return {f for f in carriers if f.klass in family and f.fact.name not in CONSTRUCTORS}


def _hands_on(constructor: facts.FunctionFact, uses: Uses, names: frozenset[str], hooks: Collection[str]) -> bool:
    """Whether functions that mention one of the names outlive a constructor, or objects that have such methods."""
    if not uses.handed.isdisjoint(names) or not uses.plain.isdisjoint(hooks):
        return True
    return any(not names.isdisjoint(inner.mentions) for inner in _inner(constructor))


def _inner(function: facts.FunctionFact) -> Iterator[facts.FunctionFact]:
    """The functions and lambdas in a function."""
    for action in walk.actions(function.body):
        if isinstance(action, facts.Define):
            yield action.function
        for expr in walk.expressions(action):
            if isinstance(expr, facts.Lambda):
                yield expr.function
