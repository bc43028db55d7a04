"""Attributes that are lists that fill, or numbers that count up, and are begun anew: nothing else is done with them.

``self.steps = []`` wherever it is written, ``self.steps.append(…)``, and no name but this for the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.memo import by_node
from lstm_lint.project.bodies import Body, every_body
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo, FunctionInfo, Module

FILLS = frozenset({"append", "appendleft", "insert"})
EMPTIES = frozenset({"clear"})
KNOWN = FILLS | EMPTIES | frozenset({"index", "count", "copy"})
_TAKES_OUT = frozenset({"clear", "pop", "popleft", "remove"})
_LISTS = frozenset({"list", "deque"})
_BY_NAME = frozenset({"setattr", "__setattr__", "delattr", "__dict__", "vars"})


class Fillings:
    """Looks at all that is done with an attribute of a class; each once."""

    def __init__(self, modules: Sequence[Module], functions: Sequence[FunctionInfo], classes: Classes) -> None:
        self._modules = modules
        self._functions = functions
        self._classes = classes
        self._known: dict[tuple[str, int], str | None] = {}

    def kind(self, attr: str, klass: ClassInfo | None) -> str | None:
        """``list`` or ``number``, of the objects of a class or, without one, of whatever has such an attribute."""
        if attr not in self._filled:
            return None
        key = (attr, id(klass))
        if key not in self._known:
            self._known[key] = self._kind(attr, klass)
        return self._known[key]

    @cached_property
    def emptying(self) -> frozenset[str]:
        """The names of the functions that take something out of a list that they are handed."""
        return frozenset(each.fact.name for each in self._functions if _takes_out(each.fact))

    @cached_property
    def _filled(self) -> frozenset[str]:
        """The attributes that are given an empty list or a number, and are filled or counted up: few of all there are.
        """
        given: set[str] = set()
        filled: set[str] = set()
        for body in every_body(self._modules, self._functions):
            for action in walk.actions(body.shape):
                if isinstance(action, facts.Assign):
                    pairs = (pair for target in action.targets for pair in walk.paired(target, action.value))
                    given.update(walk.last_name(target) for target, value in pairs if _is_start(value))
                filled.update(fills(action))
        return frozenset(given & filled)

    @cached_property
    def _keeping(self) -> frozenset[str]:
        """The names of those, and of the classes, whose objects may keep what they are handed."""
        return self.emptying | {each.fact.name for each in self._classes.all}

    def _kind(self, attr: str, klass: ClassInfo | None) -> str | None:
        family = self.family(klass)
        if any(attr in each.fact.functions or attr in each.fact.assignments for each in family):
            return None
        written: set[str | None] = set()
        handed: set[str] = set()
        for body in every_body(self._modules, self._functions, attr):
            own = _first(body) if klass is not None and body.scope.klass not in (None, *family) else ""
            look = _Look(attr, own)
            written |= set(look.written(body))
            handed |= set(look.handed(body))
        if written == {"list"}:
            return "list" if handed.isdisjoint(self._keeping) else None
        return "number" if "counted" in written and written <= {"number", "counted", "list in use"} else None

    def family(self, klass: ClassInfo | None) -> list[ClassInfo]:
        """A class, what is below it, and the bases of these; every class without one."""
        if klass is None:
            return list(self._classes.all)
        every = (base for each in (klass, *self._classes.subclasses(klass)) for base in self._classes.lineage(each))
        return [base for base in dict.fromkeys(every) if isinstance(base, ClassInfo)]


class _Look:
    """One name of an attribute; what is called ``own`` is an object that has another one of that name."""

    def __init__(self, attr: str, own: str) -> None:
        self._attr = attr
        self._own = own

    def written(self, body: Body) -> Iterator[str | None]:
        """What each statement makes of it: an empty ``list``, a ``number``, one ``counted`` up, None for others.

        ``list in use``: nothing is told of a list that something is taken out of, or that goes by another name too.
        """
        for action in walk.actions(body.shape):
            yield from self._bound(action)
            if any(map(self._is_meant, _given(action))) or self._is_taken_from(action):
                yield "list in use"
            for expr in walk.expressions(action):
                if isinstance(expr, facts.Attribute) and self._is_meant(expr.value) and expr.attr not in KNOWN:
                    yield "list in use"
        function = body.scope.function
        mentioned = function.mentions if function is not None else body.scope.module.facts.mentions
        if not _BY_NAME.isdisjoint(mentioned) and self._attr in _texts(body):
            yield None

    def handed(self, body: Body) -> Iterator[str]:
        """The last names of the functions that get it."""
        for call in walk.calls(body.shape):
            if any(self._is_meant(argument.value) and not argument.star for argument in call.arguments):
                yield walk.last_name(call.func)

    def _is_meant(self, expr: object) -> bool:
        if not isinstance(expr, facts.Attribute) or expr.attr != self._attr:
            return False
        return not self._own or walk.chain(expr.value) != self._own

    def _bound(self, action: object) -> Iterator[str | None]:
        if isinstance(action, facts.Assign):
            pairs = (pair for target in action.targets for pair in walk.paired(target, action.value))
            yield from (self._value(value) for target, value in pairs if self._is_meant(target))
        elif isinstance(action, facts.Augment) and self._is_meant(action.target):
            yield "counted" if action.op == "+" and is_count(action.value) else None
        elif isinstance(action, (facts.Iterate, facts.Enter)):
            yield from (None for part in walk.flat((action.target,) if action.target else ()) if self._is_meant(part))
        elif isinstance(action, facts.Delete):
            yield from (None for target in action.targets if self._is_meant(target))

    def _value(self, value: facts.Expr | None) -> str | None:
        if value is None:
            return None
        if isinstance(value, facts.Operation) and value.op == "+" and len(value.operands) == 2:
            parts = value.operands
            return "counted" if any(map(self._is_meant, parts)) and any(map(is_count, parts)) else None
        return "list" if is_empty(value) else "number" if is_count(value) else None

    def _is_taken_from(self, action: object) -> bool:
        """Whether an action writes or deletes a slice of it, or deletes an entry."""
        if isinstance(action, facts.Delete):
            return any(self._is_meant(walk.container(target)) for target in action.targets)
        if not isinstance(action, facts.Assign):
            return False
        return any(
            isinstance(target, facts.Subscript)
            and isinstance(target.index, facts.Operation)
            and self._is_meant(target.value)
            for target in walk.flat(action.targets)
        )


def fills(action: object) -> Iterator[str]:
    """The attributes that a statement puts something in, or may count up."""
    if isinstance(action, facts.Augment) and isinstance(action.target, facts.Attribute):
        yield action.target.attr
    elif isinstance(action, facts.Assign) and isinstance(action.value, facts.Operation):
        yield from (target.attr for target in action.targets if isinstance(target, facts.Attribute))
    elif isinstance(action, facts.Evaluate) and isinstance(action.value, facts.Call):
        func = action.value.func
        if isinstance(func, facts.Attribute) and func.attr in FILLS and isinstance(func.value, facts.Attribute):
            yield func.value.attr


def _is_start(value: facts.Expr | None) -> bool:
    return value is not None and (is_empty(value) or is_count(value))


def _given(action: object) -> Iterator[facts.Expr]:
    """What an action gives another name to, or gives to others."""
    if isinstance(action, (facts.Assign, facts.Return)) and action.value is not None:
        yield from values(action.value)
    for expr in walk.expressions(action):
        if isinstance(expr, (facts.Walrus, facts.Yield)) and expr.value is not None:
            yield from values(expr.value)
        elif isinstance(expr, facts.Lambda):
            yield from walk.expressions(expr)


def _first(body: Body) -> str:
    function = body.scope.function
    return function.parameters[0].name if function is not None and function.parameters else ""


def _texts(body: Body) -> frozenset[str]:
    every = (expr for action in walk.actions(body.shape) for expr in walk.expressions(action))
    return frozenset(e.value for e in every if isinstance(e, facts.Constant) and isinstance(e.value, str))


def is_empty(expr: facts.Expr) -> bool:
    """Whether an expression makes an empty list, or an empty deque."""
    if isinstance(expr, facts.Call):
        return walk.last_name(expr.func) in _LISTS and all(each.keyword is not None for each in expr.arguments)
    return isinstance(expr, facts.Display) and expr.kind == "list" and not expr.items


def is_count(expr: facts.Expr) -> bool:
    """Whether an expression is a literal number that nothing is counted down to."""
    return isinstance(expr, facts.Constant) and type(expr.value) is int and expr.value >= 0


def values(expr: facts.Expr) -> Iterator[facts.Expr]:
    """What a target may hold once this is assigned to it, or have in it."""
    todo = [expr]
    while todo:
        each = todo.pop()
        yield each
        if isinstance(each, facts.Display):
            todo.extend(each.items)
        elif isinstance(each, facts.DictDisplay):
            todo.extend(item for _, item in each.items)
        elif isinstance(each, facts.Conditional):
            todo.extend((each.then, each.orelse))
        elif isinstance(each, facts.BoolOp):
            todo.extend((each.left, each.right))


@by_node
def _takes_out(function: facts.FunctionFact) -> bool:
    own = {parameter.name for parameter in function.parameters}
    for action in walk.actions(function.body):
        targets = walk.flat(action.targets) if isinstance(action, (facts.Assign, facts.Delete)) else ()
        if any(isinstance(t, facts.Subscript) and walk.last_name(t.value) in own for t in targets):
            return True
        for call in walk.calls_in(action):
            func = call.func
            if isinstance(func, facts.Attribute) and func.attr in _TAKES_OUT and walk.last_name(func.value) in own:
                return True
    return False
