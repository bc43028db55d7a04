"""Attributes that hold what advances a state kept beside it, and functions that put another object there.

The entries of a dict that stands for an object are its attributes: ``m["out"], m["h"] = m["net"](x, m["h"])``.
Read from the source alone, as the other first looks are: it says which functions are worth running.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from lstm_lint import facts, walk
from lstm_lint.project.kept import CONSTRUCTORS
from lstm_lint.vocabulary.names import cannot_be_state, is_number, looks_like_state

_OBJECTS = (facts.Call, facts.Name, facts.Attribute, facts.Subscript, facts.Conditional)


def acting(function: facts.FunctionFact, stored: Iterable[str], libraries: Container[str]) -> frozenset[str]:
    """The attributes whose object, or one of whose objects, a function hands a state to that it keeps an attribute for.

    ``stored`` are the attributes that the function writes; module variables that it writes count as such. In
    ``out, self.h[i] = self.nets[i](x, self.h[i])`` it is ``nets``, as it is where a loop over ``self.nets`` gives the
    network a name. ``libraries`` are the names of those that only compute: ``np.all(cells == at)`` advances nothing.
    What a call takes in and gives out by one name is a state whatever that is: ``self.mood = self.net(x, self.mood)``.
    """
    body = list(walk.actions(function.body))
    named = any(map(looks_like_state, (*stored, *_entries(body), *function.globals)))
    held = _held(body)
    found: set[str] = set()
    for action in body if named or stored else ():
        given = _written(action)
        for call in walk.expressions(action) if isinstance(action, facts.Assign) and (named or given) else ():
            if isinstance(call, facts.Call) and any(
                (named and _names_state(each.value)) or walk.chain(each.value) in given for each in call.arguments
            ):
                root, names = _attributes(call.func)
                if root in libraries:
                    continue
                found |= {*names, *held.get(root, ()), *({root} if function.globals else ())}
    return frozenset(found)


def swaps(function: facts.FunctionFact, names: Container[str]) -> bool:
    """Whether a function puts an object in an attribute or entry of these names, or in one place of a list there."""
    if function.name in CONSTRUCTORS:
        return False
    if any(name in names and isinstance(value, _OBJECTS) for name, value in _updated(function)):
        return True
    return any(
        isinstance(action.value if value is None else value, _OBJECTS)
        and any(name in names for each in walk.flat((target,)) for name in _holders(each, function.globals))
        for action in walk.actions(function.body)
        if isinstance(action, facts.Assign)
        for whole in action.targets
        for target, value in walk.paired(whole, action.value)
    )


def _updated(function: facts.FunctionFact) -> Iterator[tuple[object, facts.Expr]]:
    """What ``update`` puts into dicts, and under which names."""
    for call in walk.calls(function.body):
        if isinstance(call.func, facts.Attribute) and call.func.attr == "update":
            for argument in call.arguments:
                yield argument.keyword, argument.value
                pairs = argument.value.items if isinstance(argument.value, facts.DictDisplay) else ()
                yield from ((getattr(key, "value", None), value) for key, value in pairs)


def _held(body: list[object]) -> dict[str, set[str]]:
    """By variable: the attributes that it, or what a loop takes out of them one by one, is read from."""
    found: dict[str, set[str]] = {}
    for action in body:
        pairs: list[tuple[facts.Expr, facts.Expr]]
        if isinstance(action, facts.Assign) and isinstance(action.value, (facts.Attribute, facts.Subscript)):
            pairs = [(target, action.value) for target in action.targets]
        elif isinstance(action, facts.Iterate):
            pairs = [(action.target, action.iterable)]
        else:
            continue
        for target, value in pairs:
            read = {expr.attr for expr in walk.expressions(value) if isinstance(expr, facts.Attribute)}
            for name in walk.flat((target,)):
                if isinstance(name, facts.Name):
                    found.setdefault(name.id, set()).update(read)
    return found


def _entries(body: Iterable[object]) -> Iterator[str]:
    """The names under which assignments write into dicts."""
    for action in body:
        for target in walk.flat(action.targets) if isinstance(action, facts.Assign) else ():
            if isinstance(target, facts.Subscript) and (key := walk.part_name(target)) is not None:
                yield key


def _names_state(expr: facts.Expr) -> bool:
    return any(
        looks_like_state(walk.part_name(each) or walk.last_name(each))
        for each in walk.expressions(expr)
        if isinstance(each, facts.Name) or walk.part_name(each) is not None
    )


def _written(action: object) -> frozenset[str]:
    """The attributes that an assignment writes, but for numbers and such by their names."""
    targets = walk.flat(action.targets) if isinstance(action, facts.Assign) else ()
    parts = [part for part in targets if isinstance(part, facts.Attribute)]
    names = (walk.chain(each) for each in parts if not (cannot_be_state(each.attr) or is_number(each.attr)))
    return frozenset(name for name in names if name is not None)


def _attributes(func: facts.Expr) -> tuple[str, list[str]]:
    """The variable that a callee is reached from, and the attributes on the way."""
    names: list[str] = []
    while isinstance(func, (facts.Attribute, facts.Subscript)):
        name = walk.part_name(func)
        names += [] if name is None else [name]
        func = func.value
    return (func.id if isinstance(func, facts.Name) else ""), names


def _holders(target: facts.Expr, shared: Container[str]) -> Iterator[str]:
    """The attribute that an assignment writes, or writes an item of, and the name of an entry that it writes.

    Or the module variable: ``shared`` are those of the function.
    """
    if isinstance(target, facts.Name) and target.id in shared:
        yield target.id
    if isinstance(target, facts.Subscript):
        if (key := walk.part_name(target)) is not None:
            yield key
        target = target.value
    if isinstance(target, facts.Attribute):
        yield target.attr
