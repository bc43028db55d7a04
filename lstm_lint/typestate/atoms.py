"""Conditions as text: what a test that has no side effects is called wherever it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.symbols import External, ModuleRef, Variable
from lstm_lint.typestate import filled, objects, rounds, sessions
from lstm_lint.typestate.globals import place_in
from lstm_lint.typestate.paths import FieldPlace, Local, Path, Place, Root, is_copy

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State


_ORDERS = {"<": (False, True), ">=": (False, False), ">": (True, True), "<=": (True, False)}
"""How each order is written with ``<``: whether its operands change places, and whether it is that or its negation."""


def test_atom(run: Interpreter, test: object, state: State) -> tuple[str | None, bool]:
    """The normalised text of a side-effect-free test, and whether it stands for the test or its negation."""
    first = rounds.first_round(run, test)
    if first is not None:
        return first
    if (something := filled.asked(run, test)) is not None:
        return _text(run, something[0], state), something[1]
    if (counted := filled.handed(run, test, state)) is not None:
        return place_atom(run, counted[0]), counted[1]
    if isinstance(test, facts.Operation) and test.op in ("is", "is not", "==", "!=") and len(test.operands) == 2:
        texts = [_text(run, operand, state) for operand in test.operands]
        if None not in texts:
            positive = test.op in ("is", "==")
            op = "is" if test.op.startswith("is") else "=="
            return f"{texts[0]} {op} {texts[1]}", positive
    if isinstance(test, facts.Operation) and test.op in _ORDERS and len(test.operands) == 2:
        texts = [_text(run, operand, state) for operand in test.operands]
        swapped, positive = _ORDERS[test.op]
        low, high = reversed(texts) if swapped else texts
        return (None if low is None or high is None else less(low, high)), positive
    return _text(run, test, state), True


def told_by(run: Interpreter, expr: facts.Expr, state: State) -> tuple[str, bool]:
    """The condition that the truth of an expression tells of, or its negation: ``not bool(path)``; empty for none."""
    positive = True
    while True:
        if isinstance(expr, facts.Operation) and expr.op == "not":
            expr, positive = expr.operands[0], not positive
        elif isinstance(expr, facts.Call) and walk.chain(expr.func) == "bool" and len(expr.arguments) == 1:
            expr = expr.arguments[0].value
        else:
            break
    atom, same = test_atom(run, expr, state)
    return atom or "", positive is same


def less(low: str, high: str) -> str:
    """The condition that what one text stands for is less than what another one does."""
    return f"{low} < {high}"


def name_atom(run: Interpreter, name: facts.Name, state: State) -> str:
    """The condition that a variable is true, wherever it lives."""
    place = run.lookup_place(name.id, state) or run.local_place(name.id, state)
    if place not in state.env:
        place = _elsewhere(run, name.id) or place
    return f"⟨{place.frame}:{place.name}⟩"


def _elsewhere(run: Interpreter, name: str) -> Local | None:
    """The place of a variable that is the same one in each function that names it: of this or another module."""
    module = run.frame.module
    if run.globals.is_shared(module, name):
        return place_in(module.name, name)
    if run.frame.function is None or name in run.comprehended or run.project.typing.is_local(name, run.frame.scope):
        return None
    found = run.project.symbols.resolve_each(module, name)
    if len(found) != 1:
        return None
    if isinstance(found[0], Variable):
        return place_in(found[0].module.name, found[0].name)
    return place_in("", found[0].dotted) if isinstance(found[0], (External, ModuleRef)) else None


def flag(run: Interpreter, target: facts.Expr, holds: bool, state: State) -> None:
    """A variable or attribute is set to True or False: so it is wherever the states of this path are met later."""
    atom = _text(run, target, state) if isinstance(target, (facts.Name, facts.Attribute)) else None
    if atom is not None:
        state.guards[atom] = holds
        state.stamp(atom, holds)


def becomes(run: Interpreter, named: facts.Name | facts.Attribute, holds: bool, state: State) -> None:
    """What goes by a name is true from here on, or no longer is: a list that gets its first entry, or loses all."""
    atom = _text(run, named, state)
    if atom is not None and state.guards.get(atom) is not holds:
        state.forget_guards(atom)
        flag(run, named, holds, state)


def atom_of(run: Interpreter, expr: facts.Expr, state: State) -> str | None:
    """The condition that an expression without side effects is true."""
    return _text(run, expr, state)


def _text(run: Interpreter, expr: object, state: State) -> str | None:
    if isinstance(expr, facts.Name):
        return name_atom(run, expr, state)
    if isinstance(expr, facts.Subscript) and (kept := sessions.attribute(run, expr, state)) is not None:
        expr = kept
    if isinstance(expr, facts.Attribute):
        known = _object(run, expr.value, state) or _whichever(run, expr.value, state)
        if known is not None:
            return f"⟨{known}.{expr.attr}⟩"
        base = _text(run, expr.value, state)
        return None if base is None else f"{base[:-1]}.{expr.attr}⟩" if base.endswith("⟩") else None
    if isinstance(expr, facts.Constant):
        return repr(expr.value)
    if isinstance(expr, facts.Subscript):
        parts = [_text(run, expr.value, state), _text(run, expr.index, state)]
        return None if None in parts else f"{parts[0]}[{parts[1]}]"
    if isinstance(expr, facts.Operation) and expr.op not in ("fstring", "slice"):
        parts = [_text(run, operand, state) for operand in expr.operands]
        return None if None in parts else f"{expr.op}({', '.join(p or '' for p in parts)})"
    if isinstance(expr, facts.Call):
        name = getattr(expr.func, "id", "")
        if name in ("isinstance", "hasattr", "len", "callable", "bool", "issubclass", "any", "all"):
            parts = [_text(run, argument.value, state) for argument in expr.arguments]
            if name in ("hasattr", "isinstance") and parts:
                parts[0] = _whichever(run, expr.arguments[0].value, state) or parts[0]
            return None if None in parts else f"{name}({', '.join(p or '' for p in parts)})"
        if isinstance(expr.func, facts.Attribute) and expr.func.attr in ("any", "all", "get", "is_set", "endswith"):
            base = _text(run, expr.func.value, state)
            parts = [_text(run, argument.value, state) for argument in expr.arguments]
            return None if base is None or None in parts else f"{base}.{expr.func.attr}({parts})"
    return None


def _object(run: Interpreter, expr: facts.Expr, state: State) -> str | None:
    """The one object that a name or attribute stands for, whatever it is called here; None for parts of collections."""
    path = _path(run, expr, state)
    if path is None or not objects.is_single(run, path, state):
        return None
    if path.root.kind == "result" and not is_copy(path.root):
        return None  # what a call gives may be another object each time
    return object_token(run, path.root) + ".".join(path.attrs)


def _whichever(run: Interpreter, expr: facts.Expr, state: State) -> str | None:
    """The objects that ``self`` may be in a method, whichever it is: what is so of each is so in its other methods.

    The point in it keeps a test of one of them from being taken for a test of the next.
    """
    function = run.frame.function
    if not isinstance(expr, facts.Name) or function is None or run.frame.first is None or not function.parameters:
        return None
    value = run.lookup(expr.id, state) if expr.id == function.parameters[0].name else None
    if value is None or not value.refs or any(ref.root.kind == "result" for ref in value.refs):
        return None
    return "|".join(sorted(f"{object_token(run, ref.root)}.{'.'.join(ref.attrs)}" for ref in value.refs))


def place_atom(run: Interpreter, place: Place) -> str:
    """The condition that what is in a place is true."""
    if isinstance(place, Local):
        return f"⟨{place.frame}:{place.name}⟩"
    return attribute_atom(run, place.owner, place.attr)


def attribute_atom(run: Interpreter, path: Path, attr: str) -> str:
    """The condition that an attribute of one object is true."""
    return f"⟨{object_token(run, path.root)}{'.'.join(path.attrs)}.{attr}⟩"


def object_token(run: Interpreter, root: Root) -> str:
    """How conditions on attributes of an object and of its parts begin."""
    number = run.frame_number(root)
    if root.kind == "built":
        run.built.add(number)
    return f"#{number}:"


def of_others(run: Interpreter, ref: Path, attr: str) -> re.Pattern[str] | None:
    """What finds conditions on this attribute of other objects than one that is built in view; None without any.

    Two that are built at different places are never the same one.
    """
    if ref.root.kind != "built" or ref.attrs:
        return None
    others = sorted(run.built - {run.frame_number(ref.root)})
    return re.compile(f"⟨#(?:{'|'.join(map(str, others))}):\\.{re.escape(attr)}⟩") if others else None


def _path(run: Interpreter, expr: facts.Expr, state: State) -> Path | None:
    if isinstance(expr, facts.Name):
        value = run.lookup(expr.id, state)
        refs = value.refs if value is not None else frozenset()
    elif isinstance(expr, facts.Attribute):
        base = _path(run, expr.value, state)
        if base is None:
            return sessions.of(run, expr, state)
        held = state.heap.get(FieldPlace(base, expr.attr))
        refs = held.refs if held is not None and held.refs else frozenset({base.child(expr.attr)})
    else:
        return None
    return next(iter(refs)) if len(refs) == 1 else None
