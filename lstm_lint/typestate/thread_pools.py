"""Pools of threads: what they run shares memory with its caller, unlike what pools of processes run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project import ClassInfo

if TYPE_CHECKING:
    from lstm_lint.project import Module
    from lstm_lint.typestate.interpret import Interpreter
    from lstm_lint.typestate.state import State

_POOLS = frozenset({"ThreadPoolExecutor", "ThreadPool"})
_DUMMY = "multiprocessing.dummy"
"""The module whose ``Pool`` is one of threads."""


def shares_memory(run: Interpreter, call: facts.Call, state: State) -> bool:
    """Whether a method is called on a pool of threads, as the code that makes the pool says."""
    if not isinstance(call.func, facts.Attribute):
        return False
    made = list(_made(run, call.func.value, state))
    return bool(made) and all(_is_pool(run.frame.module, each) for each in made)


def _made(run: Interpreter, pool: facts.Expr, state: State) -> Iterable[facts.Expr]:
    """What the receiver is bound to: a variable of the function or module under way, an attribute of its object."""
    if isinstance(pool, facts.Name):
        frame, typing = run.frame, run.project.typing
        own = typing.bindings(frame.function).names.get(pool.id, ()) if frame.function is not None else ()
        return [each.expr for each in own or typing.module_bindings(frame.module).names.get(pool.id, ())]
    if isinstance(pool, facts.Attribute):
        holder = run.quiet().evaluate(pool.value, state)
        types = frozenset().union(*(run.types_of(ref, state) for ref in holder.refs))
        return [expr for t in types if isinstance(t.ref, ClassInfo) for expr in _put(run, t.ref, pool.attr)]
    return [pool]


def _put(run: Interpreter, klass: ClassInfo, attr: str) -> Iterable[facts.Expr]:
    """What the methods of a class put in an attribute, None left out."""
    for base in run.project.classes.lineage(klass):
        for function in base.fact.functions.values() if isinstance(base, ClassInfo) else ():
            bound = run.project.typing.bindings(function).attributes.get(attr, ())
            yield from (each.expr for each in bound if not walk.is_none(each.expr))


def _is_pool(module: Module, made: facts.Expr) -> bool:
    if not isinstance(made, facts.Call):
        return False
    name = walk.last_name(made.func)
    dummy = any(each.module == _DUMMY or each.target == _DUMMY for each in module.facts.imports)
    return name in _POOLS or (name == "Pool" and dummy)
