"""Functions, lambdas and classes."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Any, Literal

import libcst as cst

from lstm_lint import walk
from lstm_lint.facts import (
    Argument,
    ClassFact,
    Constant,
    Define,
    DefineClass,
    Evaluate,
    Expr,
    FunctionFact,
    Lambda,
    Name,
    Parameter,
    Return,
    Statement,
)
from lstm_lint.flow import Leave, Sequence, Shape, Step
from lstm_lint.lower.expressions import arguments
from lstm_lint.lower.statements import suite
from lstm_lint.lower.unit import EXPRESSIONS, STATEMENTS, Frame, Namespace, Place, Unit, lowers
from lstm_lint.model import Span

ParameterKind = Literal["posonly", "positional", "star", "kwonly", "doublestar"]


@lowers(STATEMENTS, cst.FunctionDef)
def _function(unit: Unit, node: cst.FunctionDef, place: Place) -> Shape:
    at = unit.reserve()
    name = node.name.value
    qualname = unit.prefix + name
    _enter_statement(unit, node, place, "def", at)
    unit.longest_chain = max(unit.longest_chain, qualname.count("."))
    decorators = tuple([unit.expression(decorator.decorator) for decorator in node.decorators])
    outer = _Outer(unit)
    unit.frame = Frame()
    bounds: list[Shape] = list(_type_parameters(unit, node.type_parameters, at))
    parameters = _parameters(unit, node.params)
    returns = None if node.returns is None else unit.expression(node.returns.annotation)
    unit.namespace, unit.scope, unit.prefix = None, qualname, f"{qualname}.<locals>."
    body = suite(unit, node.body, Place(at))
    frame = outer.restore(unit)
    function = FunctionFact(
        name=name,
        qualname=qualname,
        parameters=parameters,
        body=Sequence((*bounds, body)) if bounds else body,
        returns=returns,
        decorators=decorators,
        is_async=node.asynchronous is not None,
        is_generator=frame.yields,
        span=unit.span(node),
        at=at,
        globals=frozenset(frame.globals),
        nonlocals=frozenset(frame.nonlocals),
        mentions=frozenset(frame.mentions),
    )
    unit.frame.mentions.add(name)
    if unit.namespace is not None:
        _enter_function(unit.namespace, function)
    values = [*decorators, *(one.default for one in parameters if one.default is not None)]
    return Sequence((*_evaluated(values, at), Step(Define(function), at)), at)


class _Outer:
    """What the unit was in before it entered a function, to come back to."""

    def __init__(self, unit: Unit) -> None:
        self._kept = (unit.frame, unit.namespace, unit.scope, unit.prefix, unit.type_checking)

    def restore(self, unit: Unit) -> Frame:
        """The inner frame, whose mentions are the outer one's too."""
        inner = unit.frame
        unit.frame, unit.namespace, unit.scope, unit.prefix, unit.type_checking = self._kept
        unit.frame.mentions |= inner.mentions
        return inner


def _enter_statement(unit: Unit, node: Any, place: Place, kind: str, at: int) -> None:
    """Fills the table's entry; a definition starts at its first decorator."""
    own = unit.span(node)
    start = unit.span(node.decorators[0]) if node.decorators else own
    unit.statements[at] = Statement(
        Span(start.line, start.column, own.end_line, own.end_column),
        unit.header(node.body, start),
        place.parent,
        place.arm,
        kind,
        one_line=isinstance(node.body, cst.SimpleStatementSuite),
        scope=unit.scope,
    )


def _enter_function(namespace: Namespace, function: FunctionFact) -> None:
    """The last definition of a name wins, but not an overload's stub, nor a property's setter over its getter.

    The setter goes by ``name.setter``, and so does the deleter by its own.
    """
    last = {walk.last_name(decorator) for decorator in function.decorators}
    for kind in sorted(last & {"setter", "deleter"}):
        namespace.functions[f"{function.name}.{kind}"] = function
    if "overload" in last or (last & {"setter", "deleter"} and function.name in namespace.functions):
        return
    namespace.functions[function.name] = function


def _evaluated(values: Many[Expr], at: int) -> list[Step]:
    """A step for every value that does more than look up a name."""
    return [Step(Evaluate(value), at) for value in values if not isinstance(value, (Name, Constant))]


@lowers(EXPRESSIONS, cst.Lambda)
def _lambda(unit: Unit, node: cst.Lambda) -> Expr:
    qualname = f"{unit.prefix}<lambda>"
    outer = _Outer(unit)
    unit.frame = Frame()
    parameters = _parameters(unit, node.params)
    unit.namespace, unit.scope, unit.prefix = None, qualname, f"{qualname}.<locals>."
    value = unit.expression(node.body)
    frame = outer.restore(unit)
    span = unit.span(node)
    function = FunctionFact(
        name="<lambda>",
        qualname=qualname,
        parameters=parameters,
        body=Sequence((Step(Return(value)), Leave("return"))),
        returns=None,
        decorators=(),
        is_async=False,
        is_generator=frame.yields,
        span=span,
        mentions=frozenset(frame.mentions),
    )
    return Lambda(function, span)


def _parameters(unit: Unit, node: cst.Parameters) -> tuple[Parameter, ...]:
    found = [_parameter(unit, one, "posonly") for one in node.posonly_params]
    found += [_parameter(unit, one, "positional") for one in node.params]
    if isinstance(node.star_arg, cst.Param):
        found.append(_parameter(unit, node.star_arg, "star"))
    found += [_parameter(unit, one, "kwonly") for one in node.kwonly_params]
    if node.star_kwarg is not None:
        found.append(_parameter(unit, node.star_kwarg, "doublestar"))
    return tuple(found)


def _parameter(unit: Unit, node: cst.Param, kind: ParameterKind) -> Parameter:
    name = node.name.value
    unit.frame.mentions.add(name)
    annotation = None if node.annotation is None else unit.expression(node.annotation.annotation)
    default = None if node.default is None else unit.expression(node.default)
    return Parameter(name, kind, annotation, default)


def _type_parameters(unit: Unit, node: cst.TypeParameters | None, at: int) -> list[Shape]:
    """The bounds and defaults of type parameters, as evaluations."""
    values: list[Expr] = []
    for one in () if node is None else node.params:
        unit.frame.mentions.add(one.param.name.value)
        bound = one.param.bound if isinstance(one.param, cst.TypeVar) else None
        values += [unit.expression(value) for value in (bound, one.default) if value is not None]
    return [Step(Evaluate(value), at) for value in values]


@lowers(STATEMENTS, cst.ClassDef)
def _class(unit: Unit, node: cst.ClassDef, place: Place) -> Shape:
    at = unit.reserve()
    name = node.name.value
    qualname = unit.prefix + name
    _enter_statement(unit, node, place, "class", at)
    decorators = tuple([unit.expression(decorator.decorator) for decorator in node.decorators])
    bounds = _type_parameters(unit, node.type_parameters, at)
    given = [*arguments(unit, node.bases), *arguments(unit, node.keywords)]
    own = Namespace()
    kept = unit.namespace, unit.scope, unit.prefix
    unit.namespace, unit.scope, unit.prefix = own, qualname, f"{qualname}."
    body = suite(unit, node.body, Place(at))
    unit.namespace, unit.scope, unit.prefix = kept
    klass = ClassFact(
        name=name,
        qualname=qualname,
        bases=tuple([one.value for one in given if _is_base(one)]),
        keywords=tuple([one for one in given if not _is_base(one)]),
        decorators=decorators,
        functions=own.functions,
        annotations=own.annotations,
        assignments={key: values[-1] for key, values in own.assignments.items()},
        classes=own.classes,
        body=body,
        span=unit.span(node),
        at=at,
    )
    unit.frame.mentions.add(name)
    if unit.namespace is not None:
        unit.namespace.classes[name] = klass
    values = [*decorators, *(one.value for one in given)]
    return Sequence((*_evaluated(values, at), *bounds, Step(DefineClass(klass), at)), at)


def _is_base(argument: Argument) -> bool:
    return argument.keyword is None and argument.star != "**"
