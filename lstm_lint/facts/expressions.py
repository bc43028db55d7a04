"""Expressions as facts: what is computed, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lstm_lint.facts.definitions import FunctionFact
    from lstm_lint.model import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Attribute:
    """``value.attr``."""

    value: Expr
    attr: str
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call: ``star`` is ``""``, ``"*"`` or ``"**"``."""

    value: Expr
    keyword: str | None = None
    star: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """``func(arguments)``."""

    func: Expr
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Subscript:
    """``value[index]``; a slice or a tuple of slices is an ``Operation("slice", …)`` index."""

    value: Expr
    index: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: str, int, float, complex, bytes, bool, None or Ellipsis."""

    value: object
    span: Span


@dataclass(frozen=True, slots=True)
class Display:
    """A tuple, list or set display."""

    kind: Literal["tuple", "list", "set"]
    items: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DictDisplay:
    """A dict display; a key of None is a ``**`` item."""

    items: tuple[tuple[Expr | None, Expr], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """Any operator, comparison, f-string or slice: ``op`` names it as Python writes it.

    ``not``, ``-``, ``+``, ``~`` (one operand); ``*``, ``@``, ``%`` …; ``==``, ``is``, ``is not``, ``in``, ``not in`` …
    (a comparison chain ``a < b < c`` is ``and`` of two comparisons as a BoolOp); ``fstring``; ``slice``.
    """

    op: str
    operands: tuple[Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class BoolOp:
    """``left and right`` or ``left or right``, short-circuiting."""

    op: Literal["and", "or"]
    left: Expr
    right: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """``then if test else orelse``."""

    test: Expr
    then: Expr
    orelse: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Walrus:
    """``target := value``."""

    target: Expr
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """One ``for target in iterable if test …`` of a comprehension."""

    target: Expr
    iterable: Expr
    tests: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A comprehension or generator expression; ``key`` is set for a dict."""

    kind: Literal["list", "set", "dict", "generator"]
    key: Expr | None
    element: Expr
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Lambda:
    """A lambda, as the function it is."""

    function: FunctionFact
    span: Span


@dataclass(frozen=True, slots=True)
class Await:
    """``await value``."""

    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Yield:
    """``yield value`` or ``yield from value``."""

    value: Expr | None
    span: Span


@dataclass(frozen=True, slots=True)
class Starred:
    """``*value`` in a display or a target."""

    value: Expr
    span: Span


Expr = (
    Name
    | Attribute
    | Call
    | Subscript
    | Constant
    | Display
    | DictDisplay
    | Operation
    | BoolOp
    | Conditional
    | Walrus
    | Comprehension
    | Lambda
    | Await
    | Yield
    | Starred
)
