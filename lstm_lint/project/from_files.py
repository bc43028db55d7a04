"""Weights that are read from a file, by who puts them in place, by what that one asks, or by all who hand them over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from lstm_lint import facts, walk
from lstm_lint.project.handed import argument
from lstm_lint.project.senders import said
from lstm_lint.project.symbols import FunctionInfo
from lstm_lint.project.types import Scope

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FILES = frozenset({"load", "load_file", "open"})
_TENSORS = frozenset({"torch.load", "np.load", "numpy.load"})
_DEEP = 4
_FAR = 2


def reads_file(parts: Iterable[facts.Expr]) -> bool:
    """Whether an expression of these parts reads a file: the bytes of a message are read alike, and are none."""
    names = {walk.last_name(part.func) for part in parts if isinstance(part, facts.Call)}
    return "BytesIO" not in names and not _FILES.isdisjoint(names)


def reads_tensors(parts: Iterable[facts.Expr]) -> bool:
    """Whether an expression of these parts reads a file of tensors, rather than a configuration."""
    called = (walk.chain(part.func) or "" for part in parts if isinstance(part, facts.Call))
    return any(chain.endswith("load_file") or chain in _TENSORS for chain in called)


def is_from_file(
    project: Project,
    value: facts.Expr,
    function: FunctionInfo,
    far: int = _FAR,
    reads: Callable[[Iterable[facts.Expr]], bool] = reads_file,
) -> bool:
    """Whether what a function puts in place was read from a file, wherever that is."""
    parts = list(said(project, value, function, _DEEP))
    if reads(parts):
        return True
    if far == 0:
        return False
    asked = (_asked(project, part, function) for part in parts if isinstance(part, facts.Call))
    if any(called is not None and _returns_one(project, called, far - 1, reads) for called in asked):
        return True
    handed = list(_handed(project, parts, function))
    return bool(handed) and all(is_from_file(project, given, caller, far - 1, reads) for given, caller in handed)


def _returns_one(
    project: Project, called: FunctionInfo, far: int, reads: Callable[[Iterable[facts.Expr]], bool]
) -> bool:
    returned = project.typing.bindings(called.fact).returns
    return any(not walk.is_none(each) and is_from_file(project, each, called, far, reads) for each in returned)


def _asked(project: Project, call: facts.Call, function: FunctionInfo) -> FunctionInfo | None:
    """The function that a call runs, or the one method that has its name in the project."""
    symbol = project.typing.callee(call.func, Scope(function.module, function.klass, function.fact))
    if isinstance(symbol, FunctionInfo) or not isinstance(call.func, facts.Attribute):
        return symbol if isinstance(symbol, FunctionInfo) else None
    having = [klass for klass in project.classes.all if call.func.attr in klass.fact.functions]
    if len(having) != 1:
        return None
    return project.symbols.function_info(having[0].module, having[0], having[0].fact.functions[call.func.attr])


def _handed(
    project: Project, parts: Iterable[facts.Expr], function: FunctionInfo
) -> Iterator[tuple[facts.Expr, FunctionInfo]]:
    """What the calls in view hand to the parameters in an expression, and who makes them."""
    own = {each.name for each in function.fact.parameters[1 if function.klass is not None else 0 :]}
    names = own & {part.id for part in parts if isinstance(part, facts.Name)}
    for caller, call in project.handed.calls(function) if names else ():
        given = (argument(call, function, name) for name in names)
        yield from ((value, caller) for value in given if value is not None)
