"""Calls that give a class by its import path: ``resolve_callable(name)``, ``getattr(import_module(module), name)``.

The path is in a configuration, so which class it is says only what the result is declared to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from lstm_lint import facts, walk
from lstm_lint.project.symbols import External, FunctionInfo, Module, Symbols

_IMPORTERS = frozenset({"import_module", "__import__", "locate"})
_LIBRARY = frozenset({
    "pydoc.locate", "hydra.utils.get_class", "hydra.utils.get_object", "django.utils.module_loading.import_string",
    "rsl_rl.utils.resolve_callable", "rsl_rl.utils.string_to_callable", "rsl_rl.utils.utils.resolve_callable",
})  # fmt: skip


class Resolvers:
    """Which functions of a project import what they are told the path of, and hand it out."""

    def __init__(self, modules: Sequence[Module], symbols: Symbols) -> None:
        self._modules = modules
        self._symbols = symbols

    def resolves(self, call: facts.Call, module: Module) -> bool:
        """Whether a call imports something whose path is known at run time only, and gives that."""
        name = walk.last_name(call.func)
        first = call.arguments[0].value
        if name == "getattr":
            return isinstance(first, facts.Call) and walk.last_name(first.func) == "import_module"
        if isinstance(first, facts.Constant) or name not in self._names:
            return False
        known = self._symbols.resolve_expr_each(module, call.func)
        return any(
            _hands_out(s.fact) if isinstance(s, FunctionInfo) else isinstance(s, External) and s.dotted in _LIBRARY
            for s in known
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        """What such a function may be called."""
        own = {f.name for module in self._modules for f in module.facts.functions.values() if _hands_out(f)}
        return frozenset(own).union(dotted.rpartition(".")[2] for dotted in _LIBRARY)


def _hands_out(function: facts.FunctionFact) -> bool:
    """Whether a function returns a member of a module that it has imported by a name."""
    if function.mentions.isdisjoint(_IMPORTERS):
        return False
    bound = walk.bindings(function)
    members = {name for name, each in bound.names.items() if any(_is_member(b.expr) for b in each)}
    return any(_is_member(e) or (isinstance(e, facts.Name) and e.id in members) for e in bound.returns)


def _is_member(expr: facts.Expr) -> bool:
    return isinstance(expr, facts.Call) and walk.last_name(expr.func) in ("getattr", "locate") and bool(expr.arguments)
