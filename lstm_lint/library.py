"""A file of a library that the vocabulary speaks for -> whether a state could go stale in it, by the names it holds.

Such a file is read without others, and a state there belongs to a class of the vocabulary or one that is made of them.
Run is only what replaces weights and what may call that; it meets only what it names, and what that names in turn.
Names stand for all that bears them, so that the answer errs on the side of yes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from lstm_lint.syntax import last_name, parts
from lstm_lint.vocabulary import WHOLE

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEFINITIONS = (*_FUNCTIONS, ast.ClassDef)
_OBJECTS = (ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.IfExp)
_WORD = re.compile(r"[^\W\d]\w*")
_PROSE = re.compile(r"\w\s+\w")
# Python calls these; whose they are no name tells. A constructor goes by the name of its class.
_UNNAMED = frozenset({"forward", "__call__", "__init__", "__post_init__", "__new__"})
# Which models a callback meets is told by calls anywhere in the file.
_CALLBACKS = "learn"


def can_go_stale(tree: ast.Module, recurrent: frozenset[str], replacing: frozenset[str]) -> bool:
    """Whether code that may call something ``replacing`` can meet a class of these ``recurrent`` names."""
    units = [_Unit(statement) for statement in tree.body]
    if any(_CALLBACKS in unit.names or _replaces(unit.outside, replacing) for unit in units) or _rebinds(tree):
        return True
    hot = _spread(
        [unit for unit in units if unit.may_replace(replacing)],
        units,
        lambda one, other: bool(other.functions) and not one.callable.isdisjoint(other.names),
    )
    called: set[str] = set().union(*(unit.callable for unit in hot))
    if any(_replaces(unit.outside, called) for unit in units):
        return True
    met = _spread(
        hot, units, lambda one, other: not (one.names.isdisjoint(other.defined) and one.defined.isdisjoint(other.bases))
    )
    return any(not unit.names.isdisjoint(recurrent) for unit in met)


class _Unit:
    """One statement at the top of a file: the names in it, and those it defines."""

    def __init__(self, node: ast.stmt) -> None:
        self.parts = parts(node)
        self.names = frozenset(_mentioned(self.parts))
        self.callable: set[str] = set()
        """What its functions and classes are called by."""
        self.defined: set[str] = set()
        """These, and the attributes, class members and variables that others may read."""
        self.bases: set[str] = set()
        self.outside = list(_outside(node))
        self.functions = [part for part in self.parts if isinstance(part, _FUNCTIONS)]
        for part in self.parts:
            if isinstance(part, _DEFINITIONS):
                self.callable.add(part.name)
            if isinstance(part, ast.ClassDef):
                self.bases.update(*(_mentioned(parts(base)) for base in part.bases))
            elif isinstance(part, (ast.Global, ast.Nonlocal)):
                self.defined.update(part.names)
            elif isinstance(part, ast.Attribute) and not isinstance(part.ctx, ast.Load):
                self.defined.add(part.attr)
        self.callable -= _UNNAMED
        self.defined |= self.callable
        for part in self.outside:
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
                self.defined.add(part.id)
            elif isinstance(part, ast.alias):
                self.defined.add(part.asname or part.name.partition(".")[0])

    def may_replace(self, replacing: Set[str]) -> bool:
        """Whether one of its functions does."""
        return bool(self.functions) and (_replaces(self.parts, replacing) or any(map(_rebinds, self.functions)))


def _spread(seeds: list[_Unit], units: Sequence[_Unit], leads: Callable[[_Unit, _Unit], bool]) -> list[_Unit]:
    """The seeds, and every unit that one of them leads to, however indirectly."""
    found = list(seeds)
    left = [unit for unit in units if unit not in found]
    for one in found:
        more = [other for other in left if leads(one, other)]
        found += more
        left = [other for other in left if other not in more]
    return found


def _outside(node: ast.AST) -> Iterator[ast.AST]:
    """The parts that run when the file is imported: all but the bodies of functions."""
    todo = [node]
    while todo:
        part = todo.pop()
        yield part
        if isinstance(part, _FUNCTIONS):
            todo += [*part.decorator_list, *part.args.defaults, *(each for each in part.args.kw_defaults if each)]
        else:
            todo += ast.iter_child_nodes(part)


def _mentioned(code: Iterable[ast.AST]) -> Iterator[str]:
    """Every name in a piece of code, those in short strings as well, which may be annotations or attributes.

    Two words with nothing but space between them are neither.
    """
    for part in code:
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.alias):
            yield part.name.rpartition(".")[2]
        elif isinstance(part, ast.Constant) and _may_name(part.value):
            yield from _WORD.findall(str(part.value))


def _may_name(value: object) -> bool:
    return isinstance(value, str) and len(value) < 200 and not _PROSE.search(value)


def _replaces(code: Iterable[ast.AST], replacing: Set[str]) -> bool:
    """Whether code calls something of these names, or assigns what may be a module or a parameter's data."""
    for part in code:
        if isinstance(part, ast.Attribute):
            if part.attr in replacing or (part.attr in ("policy", "data") and not isinstance(part.ctx, ast.Load)):
                return True
        elif isinstance(part, ast.Call):
            if last_name(part.func) in replacing or sets_module(part):
                return True
        elif isinstance(part, (ast.Assign, ast.AnnAssign)) and isinstance(part.value, ast.Call):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            attributes = any(isinstance(each, ast.Attribute) for target in targets for each in parts(target))
            if attributes and last_name(part.value.func) in WHOLE:
                return True
    return False


def sets_module(call: ast.Call) -> bool:
    """``setattr(self, part, deepcopy(getattr(other, part)))``."""
    value = call.args[-1] if len(call.args) == 3 else None
    return last_name(call.func) == "setattr" and isinstance(value, ast.Call) and last_name(value.func) in WHOLE


def _rebinds(body: ast.AST) -> bool:
    """Whether a variable is bound more than once, or in a loop, and its calls take a variable that they give back."""
    assigns = list(_assigns(body, False))
    often: set[str] = set()
    once: set[str] = set()
    for targets, value, repeated in assigns:
        if isinstance(value, _OBJECTS):
            for name in (target.id for target in targets if isinstance(target, ast.Name)):
                (often if repeated or name in once else once).add(name)
    return bool(often) and any(_carries(targets, value, often) for targets, value, _ in assigns)


def _carries(targets: Sequence[ast.expr], value: ast.expr, often: set[str]) -> bool:
    """``out, h = net(x, h)`` where ``net`` is one of the names."""
    if not isinstance(value, ast.Call):
        return False
    results = _variables(targets)
    calls = [part for part in parts(value) if isinstance(part, ast.Call)]
    handed = _variables(part for call in calls for part in (*call.args, *call.keywords))
    return not handed.isdisjoint(results) and not (_variables([value]) - results).isdisjoint(often)


def _variables(code: Iterable[ast.AST]) -> set[str]:
    return {each.id for part in code for each in parts(part) if isinstance(each, ast.Name)}


def _assigns(node: ast.AST, repeated: bool) -> Iterator[tuple[Sequence[ast.expr], ast.expr, bool]]:
    """Every assignment of a body with its targets, its value and whether it stands in a loop."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.Assign):
            yield part.targets, part.value, repeated
        elif isinstance(part, ast.AnnAssign):
            if part.value is not None:
                yield [part.target], part.value, repeated
        elif isinstance(part, ast.stmt) and not isinstance(part, _DEFINITIONS):
            yield from _assigns(part, repeated or isinstance(part, (ast.For, ast.AsyncFor, ast.While)))
        elif isinstance(part, (ast.ExceptHandler, ast.match_case)):
            yield from _assigns(part, repeated)
