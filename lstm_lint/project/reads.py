"""What is read of an object, and which classes have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lstm_lint import facts, walk
from lstm_lint.project.classes import Classes
from lstm_lint.project.symbols import ClassInfo

# What so many kinds of objects have that it tells none of them: modules, environments, containers, files, threads.
EVERYBODY = frozenset({
    "action_space", "add", "append", "apply", "backward", "buffers", "clear", "close", "config", "copy", "cpu", "cuda",
    "device", "eval", "fit", "flush", "forward", "get", "items", "join", "keys", "learn", "load", "load_state_dict",
    "log", "make", "modules", "name", "named_parameters", "observation_space", "open", "parameters", "pop", "predict",
    "read", "render", "reset", "run", "sample", "save", "seed", "send", "set", "setup", "shape", "size", "start",
    "state", "state_dict", "step", "stop", "to", "train", "unwrapped", "update", "values", "write", "zero_grad",
})  # fmt: skip


def members(classes: Classes, klass: ClassInfo) -> frozenset[str]:
    """The names that a class and the bases that can be read define, torch's own counted in for a module."""
    names: set[str] = set()
    for base in classes.lineage(klass):
        if isinstance(base, ClassInfo):
            names.update(base.fact.functions, base.fact.annotations, base.fact.assignments)
            for function in base.fact.functions.values():
                names.update(walk.bindings(function).attributes)
        else:
            names |= EVERYBODY
    return frozenset(names)


def read_of(function: facts.FunctionFact, name: str) -> frozenset[str]:
    """The attributes that a function reads or calls on a variable."""
    return frozenset(
        expr.attr
        for expr in _expressions([function])
        if isinstance(expr, facts.Attribute) and isinstance(expr.value, facts.Name) and expr.value.id == name
    )


def read_of_own(klass: ClassInfo, attr: str) -> frozenset[str]:
    """The attributes that the methods of a class read or call on an attribute of ``self``."""
    return frozenset(
        expr.attr
        for expr in _expressions(klass.fact.functions.values())
        if isinstance(expr, facts.Attribute) and walk.chain(expr.value) == f"self.{attr}"
    )


def _expressions(functions: Iterable[facts.FunctionFact]) -> Iterator[facts.Expr]:
    todo: Sequence[facts.FunctionFact] = list(functions)
    while todo:
        inner: list[facts.FunctionFact] = []
        for function in todo:
            for action in walk.actions(function.body):
                if isinstance(action, facts.Define):
                    inner.append(action.function)
                yield from walk.expressions(action)
        todo = inner
