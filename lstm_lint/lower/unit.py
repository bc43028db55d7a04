"""One file while it is lowered: positions, the statements so far, and whose body the walk is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import libcst as cst

from lstm_lint.facts import ClassFact, Expr, FunctionFact, Import, Statement
from lstm_lint.flow import Shape
from lstm_lint.lower.positions import Positions
from lstm_lint.model import Span

LowerExpression = Callable[["Unit", Any], Expr]
LowerStatement = Callable[["Unit", Any, "Place"], Shape]
_Lowering = TypeVar("_Lowering", bound=Callable[..., Any])

EXPRESSIONS: dict[type, LowerExpression] = {}
"""How each kind of expression node is lowered; the modules of this package enter their own."""

STATEMENTS: dict[type, LowerStatement] = {}
"""The same for statement nodes, simple and compound."""


def lowers(table: dict[type, Any], *kinds: type) -> Callable[[_Lowering], _Lowering]:
    """Enters the decorated function as the lowering of these node types."""

    def enter(function: _Lowering) -> _Lowering:
        for kind in kinds:
            table[kind] = function
        return function

    return enter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a suite stands: the statement it belongs to, and which of its suites it is."""

    parent: int = -1
    arm: str = "body"
    one_line: bool = False


@dataclass(slots=True)
class Frame:
    """What the body of one function (or the module) gathers."""

    mentions: set[str] = field(default_factory=set)
    globals: set[str] = field(default_factory=set)
    nonlocals: set[str] = field(default_factory=set)
    yields: bool = False


@dataclass(slots=True)
class Namespace:
    """What the module or one class binds, however deep under its ``if`` and ``try`` statements."""

    functions: dict[str, FunctionFact] = field(default_factory=dict)
    classes: dict[str, ClassFact] = field(default_factory=dict)
    annotations: dict[str, Expr] = field(default_factory=dict)
    assignments: dict[str, list[Expr]] = field(default_factory=dict)
    exports: tuple[str, ...] | None = None


class Unit:
    """The state of lowering one file."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.span = positions.span
        self.statements: list[Statement | None] = []
        self.imports: list[Import] = []
        self.fstrings: list[cst.CSTNode] = []
        self.frame = Frame()
        self.namespace: Namespace | None = Namespace()
        self.scope = ""
        self.prefix = ""
        self.type_checking = False
        self.longest_chain = 0
        """The most links of one comparison, ``with``, ``match`` or qualified name: each is a level of nested facts."""

    def expression(self, node: cst.CSTNode) -> Expr:
        """The node as a fact."""
        return EXPRESSIONS[type(node)](self, node)

    def reserve(self) -> int:
        """The index of a statement whose end is not known before its suites are lowered."""
        self.statements.append(None)
        return len(self.statements) - 1

    @property
    def last_line(self) -> int:
        """The line where the last statement that was met begins."""
        return next((one.span.line for one in reversed(self.statements) if one is not None), 1)

    def header(self, suite: cst.CSTNode, start: Span) -> Span:
        """From where ``start`` starts to the colon before ``suite``."""
        return Span(start.line, start.column, *self.positions.header_end(suite))
