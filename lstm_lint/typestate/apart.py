"""Tests that tell a recurrent algorithm from the others: where one came out against it, the others are meant.

A table, or a chain of branches, gives one of several classes, and a string or a flag says which:
``if kind == "rppo": play_with_memory(model)``, and else a loop that keeps no state. The tests are read by their words;
and where the same test chose the class and came out otherwise, the object is not the one that was made then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.kinds import literals
from lstm_lint.project.types import Type
from lstm_lint.typestate.paths import Path, Root
from lstm_lint.typestate.values import Guard

if TYPE_CHECKING:
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

PLAIN = "<not the recurrent one>"
"""The guard that stands for it."""
ANOTHER = "<another recurrent one>"
"""The guard for it that a test failed for one recurrent algorithm by its name, and another one may be meant."""
_RECURRENT = re.compile(
    r"recurrent|lstm|rnn|(^|[^a-z])gru([^a-z]|$)|r_?ppo|ppo_?r($|[^a-z])|(^|_)rec(_|$)|(use|has|with)_memory|stateful",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[^a-z0-9]")
_EMPTY = (None, False, 0)


def note(run: Interpreter, test: object, holds: State | None, fails: State | None) -> None:
    """Write down on an arm of a test that the test speaks of the recurrent kind, and that it is not meant here."""
    if not _is_of_interest(run) or not isinstance(test, _Expressions):
        return
    negated = isinstance(test, facts.Operation) and test.op in ("!=", "is not", "not in")
    yes, no = (fails, holds) if negated else (holds, fails)
    words = list(_words(test))
    if any(_RECURRENT.search(word) for word in words) or run.project.kinds.are_recurrent(literals(test)):
        against = yes if _asks_for_nothing(test) else no
    elif isinstance(test, facts.Operation) and _names_others(run, test):
        against = yes
    else:
        return
    if against is not None:
        left = against is fails and _leaves_another(run, test, against)
        against.guards[ANOTHER if left else PLAIN] = True


def _leaves_another(run: Interpreter, test: facts.Expr, state: State) -> bool:
    """Whether a test failed for one name of a recurrent algorithm, and another one of them is still possible."""
    others = run.project.kinds.beside(literals(test))
    tested = {atom.rpartition(" == ")[2] for atom, holds in state.guards.items() if not holds}
    return any(repr(other) not in tested for other in others)


def built(run: Interpreter, root: Root, t: Type, state: State) -> None:
    """An object is made: if it is an algorithm, the conditions are kept under which that was so every time."""
    if run.project.classes.kind(t.ref) == "algorithm":
        under = frozenset(Guard(atom, holds) for atom, holds in state.guards.items() if not atom.startswith("<"))
        known = run.index.built_under
        known[root] = known[root] & under if root in known else under


def possible(run: Interpreter, owners: list[Path], state: State) -> list[Path]:
    """Those of several objects that were not made where a condition came out otherwise than it did on this path."""
    if len(owners) < 2:
        return owners
    under = run.index.built_under
    return [o for o in owners if not any(_refutes(state, guard) for guard in under.get(o.root, ()))]


def _refutes(state: State, guard: Guard) -> bool:
    known = state.guards.get(guard.atom)
    if known is not None:
        return known is not guard.holds
    subject, equals, literal = guard.atom.rpartition(" == ")
    if not (equals and guard.holds) or "⟨" in literal:
        return False
    others = (atom.rpartition(" == ") for atom, holds in state.guards.items() if holds)
    return any(other == subject and equal and "⟨" not in value for other, equal, value in others)


def is_other(run: Interpreter, owners: list[Path], state: State) -> bool:
    """Whether a test says that of the classes which an object may have none that is recurrent is meant."""
    if not state.guards.get(PLAIN):
        return False
    classes = {t.ref for owner in owners for base in owner.prefixes() for t in run.types_of(base, state)}
    return any(run.project.recurrence.of(ref) == "no" for ref in classes)


_Expressions = (facts.Name, facts.Attribute, facts.Subscript, facts.Call, facts.Operation)


def _is_of_interest(run: Interpreter) -> bool:
    module, algorithms = run.frame.module, run.project.algorithms
    if not algorithms.recurrent_names.keys().isdisjoint(module.facts.mentions):
        return True
    return any(run.project.recurrence.of(ref) != "no" for ref in algorithms.in_scope(module))


def _words(test: facts.Expr) -> list[str]:
    """The names and strings of a test."""
    found: list[str] = []
    for expr in walk.expressions(test):
        if isinstance(expr, facts.Name):
            found.append(expr.id)
        elif isinstance(expr, facts.Attribute):
            found.append(expr.attr)
        elif isinstance(expr, facts.Constant) and isinstance(expr.value, str):
            found.append(expr.value)
    return found


def _asks_for_nothing(test: facts.Expr) -> bool:
    """Whether a test is true where a thing is not there: ``lstm_path is None``, ``recurrent == False``."""
    return isinstance(test, facts.Operation) and any(
        isinstance(operand, facts.Constant) and any(operand.value is empty for empty in _EMPTY)
        for operand in test.operands
    )


def _names_others(run: Interpreter, test: facts.Operation) -> bool:
    """Whether what is compared with is the name of an algorithm, or several, none of which is recurrent."""
    names = run.project.algorithms.plain_names
    if test.op in ("in", "not in"):
        listed = test.operands[-1]
        return isinstance(listed, facts.Display) and _is_all_of(listed, names)
    return test.op in ("==", "!=", "is", "is not") and any(_is_all_of(operand, names) for operand in test.operands)


def _is_all_of(expr: facts.Expr, names: frozenset[str]) -> bool:
    if isinstance(expr, facts.Display):
        return bool(expr.items) and all(_is_all_of(item, names) for item in expr.items)
    word = expr.value if isinstance(expr, facts.Constant) else walk.last_name(expr)
    return isinstance(word, str) and _SHORT.sub("", word.lower()) in names
