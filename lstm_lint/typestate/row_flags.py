"""Flags in other forms, and what is written to variables that hold some: what a mask over rows is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lstm_lint import facts, walk
from lstm_lint.flow import Shape
from lstm_lint.typestate.row_tests import PICKS, spoken

_SAME = frozenset({
    "unsqueeze", "squeeze", "view", "reshape", "float", "to", "clone", "detach", "copy", "astype", "type", "bool",
    "int", "long", "double", "flatten", "ravel", "expand", "expand_as", "cpu", "cuda", "tolist", "numpy", "item", "any",
    "half", "unsqueeze_", "type_as", "contiguous", "repeat", "transpose", "permute",
})  # fmt: skip
"""Methods that give the same flags in another form."""
_MADE = frozenset({
    "tensor", "as_tensor", "from_numpy", "array", "asarray", "FloatTensor", "BoolTensor", "Tensor", "stack", "cat",
    "concatenate", "float", "int", "bool", "list", "tuple", "any", "atleast_1d", "unsqueeze", "expand_dims",
}) | PICKS  # fmt: skip
_NOT = frozenset({"logical_not", "logical_not_", "bitwise_not"})
_ONES, _ZEROS = frozenset({"ones", "ones_like", "new_ones"}), frozenset({"zeros", "zeros_like", "new_zeros"})
_EITHER = frozenset({"logical_or", "maximum", "bitwise_or"})


def flags_in(
    expr: facts.Expr, keeps: bool | None = None, compared: bool = False
) -> Iterator[tuple[facts.Expr, bool]]:
    """The flags that an expression gives in another form, and whether it is true where they are.

    With ``keeps`` it is a mask that keeps what it is true for, or wipes that: of two flags it is made of, each has to
    be enough to wipe. ``over & lost`` wipes no row that is only over. With ``compared``, ``seats == 3`` is one as well.
    """
    todo = [(expr, True)]
    while todo:
        expr, same = todo.pop()
        if isinstance(expr, facts.Call):
            name = walk.last_name(expr.func)
            first = expr.arguments[0].value if expr.arguments else None
            if name == "where" and len(expr.arguments) == 3:
                way = _chosen(expr)
                todo.extend([] if way is None or first is None else [(first, same is way)])
            elif first is not None and (name in _MADE or name in _NOT):
                todo.append((first, same is (name not in _NOT)))
            elif name in _EITHER and len(expr.arguments) > 1:
                todo.extend((each.value, same) for each in expr.arguments[:2])
            if isinstance(expr.func, facts.Attribute) and (name in _SAME or name in PICKS or name in _NOT):
                todo.append((expr.func.value, same is (name not in _NOT)))
        elif isinstance(expr, facts.Operation):
            if expr.op in ("~", "not"):
                todo.append((expr.operands[0], not same))
            elif (asked := _compared(expr)) is not None:
                todo.append((asked[0], same is asked[1]))
            elif expr.op == "-" and len(expr.operands) == 2 and truth(expr.operands[0]) is True:
                todo.append((expr.operands[1], not same))
            elif expr.op in ("|", "&", "*") and (keeps is None or (expr.op == "|") is not (keeps is same)):
                todo.extend((each, same) for each in expr.operands)
            elif compared and expr.op in ("==", "!="):
                yield expr, same
        elif isinstance(expr, facts.BoolOp):
            if keeps is None or (expr.op == "or") is not (keeps is same):
                todo.extend(((expr.left, same), (expr.right, same)))
        elif isinstance(expr, facts.Display) and len(expr.items) == 1:
            todo.append((expr.items[0], same))
        elif isinstance(expr, facts.Comprehension):
            for inner, way in flags_in(expr.element, None if keeps is None else keeps is same):
                yield inner, way is same
                for clause in expr.clauses:
                    if isinstance(inner, facts.Name) and inner.id in walk.chains(clause.target):
                        yield clause.iterable, way is same
        else:
            yield expr, same
            if isinstance(expr, facts.Subscript):
                yield walk.container(expr), same


def _chosen(call: facts.Call) -> bool | None:
    """Whether a choice between ones and zeros is true where its test is: ``where(done, 0.0, 1.0)`` is the opposite."""
    then, orelse = (_truth_of_all(each.value) for each in call.arguments[1:3])
    return None if then is None or orelse is None or then is orelse else then


def _truth_of_all(expr: facts.Expr) -> bool | None:
    if not isinstance(expr, facts.Call):
        return truth(expr)
    name = walk.last_name(expr.func)
    return True if name in _ONES else False if name in _ZEROS else None


def _compared(expr: facts.Operation) -> tuple[facts.Expr, bool] | None:
    """A flag that is compared with no or yes, and whether it is true where the comparison is: ``done == 0``."""
    if expr.op not in ("==", "!=") or len(expr.operands) != 2:
        return None
    left, right = expr.operands
    said = right.value if isinstance(right, facts.Constant) else None
    if not isinstance(said, (bool, int, float)) or said not in (0, 1):
        return None
    return left, bool(said) is (expr.op == "==")


def over_rows(expr: facts.Expr) -> tuple[str, facts.Expr] | None:
    """``any`` or ``all``, and the tensor or array of flags that it is asked of: ``done.any()``, ``np.all(done)``."""
    if not isinstance(expr, facts.Call) or not isinstance(expr.func, facts.Attribute):
        return None
    if expr.func.attr not in ("any", "all"):
        return None
    return expr.func.attr, expr.arguments[0].value if expr.arguments else expr.func.value


class Entry(NamedTuple):
    """A write of some entries: of what, by its words and its last attribute; which ones; and with what."""

    text: str | None
    attr: str
    which: facts.Expr
    value: facts.Expr
    action: object


class Written(NamedTuple):
    """What a body writes: its variables, attributes by their last name, and entries."""

    names: dict[str, list[walk.Binding]]
    attributes: dict[str, list[facts.Expr]]
    entries: list[Entry]

    @staticmethod
    def of(body: Shape) -> Written:
        """All of it."""
        bound = walk.bound_in(body)
        names = dict(bound.names)
        for name, values in bound.appended.items():
            names[name] = [*names.get(name, ()), *(walk.Binding("value", value) for value in values)]
        found = Written(names, {}, [])
        for action in walk.actions(body):
            for target, value in pairs(action) if isinstance(action, facts.Assign) else ():
                if isinstance(target, facts.Attribute):
                    found.attributes.setdefault(target.attr, []).append(value)
                elif isinstance(target, facts.Subscript):
                    attr = target.value.attr if isinstance(target.value, facts.Attribute) else ""
                    found.entries.append(Entry(spoken(target.value), attr, target.index, value, action))
        return found


def pairs(action: facts.Assign) -> Iterator[tuple[facts.Expr, facts.Expr]]:
    for target in action.targets:
        value = action.value
        if isinstance(target, facts.Display):
            if isinstance(value, facts.Display) and len(value.items) == len(target.items):
                yield from zip(target.items, value.items, strict=True)
        else:
            yield target, value


def element_of(binding: walk.Binding) -> facts.Expr | None:
    """What a variable of a loop is an entry of."""
    expr = binding.expr
    if not isinstance(expr, facts.Call):
        return expr
    name = walk.last_name(expr.func)
    if name == "zip":
        return walk.zipped(expr, binding.index)
    if name == "enumerate" and binding.index == 1 and expr.arguments:
        return expr.arguments[0].value
    return expr if name in PICKS or name in _SAME else None


def truth(expr: facts.Expr) -> bool | None:
    return bool(expr.value) if isinstance(expr, facts.Constant) and isinstance(expr.value, (bool, int, float)) else None
