"""The types of what an object was made with, where nothing declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.project.symbols import ClassInfo
from lstm_lint.project.types import NOTHING, Scope, Types

if TYPE_CHECKING:
    from lstm_lint.project import Project

_FAR = 4


def made_with(project: Project, expr: facts.Expr, scope: Scope, far: int = _FAR) -> Types:
    """The types of an expression; of an attribute those that its object is made with: ``seat.net`` of ``Seat(net)``.

    Nothing where what one of the makers hands over is not known.
    """
    known = project.typing.of(expr, scope)
    if known or not isinstance(expr, facts.Attribute) or far <= 0:
        return known
    return of_attribute(project, made_with(project, expr.value, scope, far - 1), expr.attr, far)


def of_attribute(project: Project, owners: Types, attr: str, far: int = _FAR) -> Types:
    """The types of an attribute of objects of these types, none of which declares it."""
    found: list[Types] = []
    for owner in {t.ref for t in owners if not t.of_class}:
        given = project.constructed.handed(owner, attr) if isinstance(owner, ClassInfo) else []
        found += [made_with(project, each, there, far - 1) for each, there in given] or [NOTHING]
    return frozenset().union(*found) if all(found) else NOTHING
