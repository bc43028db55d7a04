"""Whether something recurrent is in view of a module: of its own, or taken from a module beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lstm_lint.project.symbols import ClassInfo, External, Module

if TYPE_CHECKING:
    from lstm_lint.project import Project

_CELLS = re.compile(r"RSSM|GRU|LSTM|RNN|Recurrent")


class InView:
    """Answers for modules, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._near: dict[Module, bool] = {}
        self._reached: dict[Module, bool] = {}

    def recurrent(self, module: Module) -> bool:
        """Whether a module, or one beside it that it imports, takes something recurrent from somewhere."""
        known = self._near.get(module)
        if known is None:
            folder = module.name.rpartition(".")[0]
            beside = [other for other in self._project.modules if other.name.rpartition(".")[0] == folder]
            named = {item.module.rpartition(".")[2] for item in module.facts.imports}
            near = [module, *(other for other in beside if other.name.rpartition(".")[2] in named)]
            known = self._near[module] = any(map(self._takes_recurrent, near))
        return known

    def reached(self, module: Module) -> bool:
        """Whether a module, or one that it imports wherever that stands, takes something recurrent from somewhere."""
        known = self._reached.get(module)
        if known is None:
            named = {self._project.symbols.import_module(module, item) for item in module.facts.imports}
            near = (other for other in self._project.modules if other is module or other.name in named)
            known = self._reached[module] = self.recurrent(module) or any(map(self._takes_recurrent, near))
        return known

    def network(self, module: Module) -> bool:
        """Whether a module has, or takes from somewhere, a recurrent network of the project, no library's algorithm."""
        own = (symbol for symbol in self._symbols(module) if isinstance(symbol, ClassInfo))
        return any(self._is_recurrent_module(klass) for klass in own if self._project.classes.kind(klass) != "policy")

    def _takes_recurrent(self, module: Module) -> bool:
        return any(map(self._is_recurrent_module, self._symbols(module)))

    def _symbols(self, module: Module) -> Iterator[object]:
        """The classes of a module, and what it takes from others by name."""
        yield from (klass for klass in self._project.classes.all if klass.module is module)
        for item in module.facts.imports:
            if item.name not in (None, "*"):
                yield from self._project.symbols.resolve_each(module, item.local)

    def _is_recurrent_module(self, symbol: object) -> bool:
        """Of a cell or of what holds one; the cells that people write themselves go by their names."""
        classes = self._project.classes
        if isinstance(symbol, ClassInfo) and _CELLS.search(symbol.fact.name):
            return True
        if isinstance(symbol, External):
            return self._project.recurrence.of(classes.external(symbol.dotted)) == "yes"
        if not isinstance(symbol, ClassInfo) or self._project.recurrence.of(symbol) != "yes":
            return False
        return classes.is_a(symbol, "torch.nn.Module")
