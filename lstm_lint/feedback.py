"""Bytes, or a syntax tree -> whether a class may keep a recurrent state in an attribute, whatever that is called.

A method that reads an attribute of its object and writes it again, and calls a part of the object on the way, may be a
cell that is written out. Most that do so are none; what is asked here is only whether to look.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from lstm_lint.syntax import parts

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WRITTEN = re.compile(rb"\bself\.(\w+)[ \t]*(?:[-+*/]?=(?!=)|,)")


def may_feed_back(data: bytes) -> bool:
    """Whether a source of torch may have such a method, by its bytes."""
    if b"torch" not in data or b"Module" not in data:
        return False
    for method in data.split(b"def ")[1:]:
        if not method.startswith(b"__init__"):
            if any(method.count(b"self." + name) > 1 for name in set(_WRITTEN.findall(method))):
                return True
            if b"+=" in method or b"-=" in method:
                return True
    return False


def feeds_back(tree: ast.AST) -> bool:
    """Whether a module has such a method."""
    classes = (each for each in parts(tree) if isinstance(each, ast.ClassDef) and each.bases)
    methods = (each for klass in classes for each in klass.body if isinstance(each, _FUNCTIONS))
    return any(map(_feeds_back, methods))


def _feeds_back(method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if method.name == "__init__" or len(method.args.args) < 2:
        return False
    every = parts(method)
    first = method.args.args[0].arg
    own = [
        each
        for each in every
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == first
    ]
    read = {each.attr for each in own if isinstance(each.ctx, ast.Load)}
    written = {each.attr for each in own if not isinstance(each.ctx, ast.Load)}
    read |= set(_augmented(every))
    called = {id(each.func) for each in every if isinstance(each, ast.Call)}
    return not read.isdisjoint(written) and any(id(each) in called for each in own)


def _augmented(every: list[ast.AST]) -> Iterator[str]:
    """The attributes that are read as they are written: ``self.v += x``."""
    for each in every:
        if isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Attribute):
            yield each.target.attr
