"""Algorithms that code takes by their names: ``eval(name)``, ``globals()[name]``, ``getattr(sb3_contrib, name)``.

The library may be taken by its name as well: ``getattr(importlib.import_module(library), name)``.

Which names these may be say the strings that a value is known to be, or else those in the file that are such names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import ClassInfo, External, ModuleRef, Symbol
from lstm_lint.typestate.globals import looked_up
from lstm_lint.typestate.values import Value

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter

_IMPORTED = "<imported by a name>"
_TABLES = frozenset({"globals", "locals", "vars"})


def unbound(run: Interpreter, name: str) -> tuple[Symbol, ...]:
    """A recurrent algorithm whose name nothing in view binds: ``from ours import *`` brought it in."""
    dotted = run.project.algorithms.recurrent_names.get(name)
    return (External(dotted),) if dotted is not None else ()


def evaluated(run: Interpreter, callee: Value, expr: facts.Call, given: Value) -> Value | None:
    """What ``eval(name)`` gives; None where the name is written out, or is none of an algorithm."""
    if callee.external != "eval" or given.const is not None or len(expr.arguments) != 1:
        return None
    return _of_module(run, given)


def entry(run: Interpreter, table: facts.Expr, key: Value) -> Value | None:
    """What ``globals()[name]`` gives."""
    if not isinstance(table, facts.Call) or walk.chain(table.func) not in _TABLES or table.arguments:
        return None
    return _of_module(run, key)


def member(run: Interpreter, library: Value, name: Value) -> Value | None:
    """What ``getattr(library, name)`` gives."""
    if library.refs or library.classes or not (library.module or library.external):
        return None
    owner: Symbol = ModuleRef(library.module) if library.module else External(library.external)
    names = name.spelt or run.project.algorithms.spelt(run.frame.module)
    if library.external == _IMPORTED:
        places = run.project.algorithms.places
        return _any(run, [External(places[each]) for each in sorted(names) if each in places])
    return _any(run, [s for each in sorted(names) for s in run.project.symbols.attribute_each(owner, each)])


def imported(run: Interpreter, callee: Value, given: Value) -> Value | None:
    """What ``importlib.import_module(name)`` gives: some library, where nothing tells which."""
    if callee.external != "importlib.import_module" or given.literal() is not ...:
        return None
    return Value(external=_IMPORTED) if run.project.algorithms.spelt(run.frame.module) else None


def _of_module(run: Interpreter, given: Value) -> Value | None:
    module = run.frame.module
    names = given.spelt or run.project.algorithms.spelt(module)
    return _any(run, [s for each in sorted(names) for s in run.project.symbols.resolve_each(module, each)])


def _any(run: Interpreter, symbols: list[Symbol]) -> Value | None:
    found = [symbol for symbol in dict.fromkeys(symbols) if _is_algorithm(run, symbol)]
    return looked_up(run, found) if found else None


def _is_algorithm(run: Interpreter, symbol: Symbol) -> bool:
    if isinstance(symbol, ClassInfo):
        return run.project.classes.kind(symbol) == "algorithm"
    if not isinstance(symbol, External):
        return False
    return run.project.classes.kind(run.project.classes.external(symbol.dotted)) == "algorithm"
