"""Framework knowledge as data: which classes are recurrent, where state lives, what replaces, resets and uses it.

The rows live in the TOML files of this package; a user's ``[tool.lstm-lint.vocabulary]`` has the same schema.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import resources
from typing import Any

from lstm_lint.vocabulary.decided import with_choices
from lstm_lint.vocabulary.schema import (
    ArgumentRow,
    ClassRow,
    FunctionRow,
    LibraryTable,
    MethodRow,
    StateRow,
    VocabularyError,
    read_table,
)

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = [
    "GIVING",
    "SETTINGS",
    "WHOLE",
    "ClassRow",
    "FunctionRow",
    "MethodRow",
    "StateRow",
    "Vocabulary",
    "VocabularyError",
    "load_vocabulary",
    "shipped",
]

# The table of the user's own rows.
SETTINGS = "[tool.lstm-lint]"

# Calls that give the tensors of a module: what is then written into them replaces its weights.
GIVING = frozenset(
    b".%b(" % name
    for name in (b"parameters", b"named_parameters", b"buffers", b"named_buffers", b"state_dict", b"get_weights")
)
WHOLE = frozenset({"load", "deepcopy", "load_model"})
"""Calls whose result may be a whole module: assigned to an attribute, it takes the place of the one there."""
_WRITING = frozenset({"load_state_dict", "set_parameters", "load_from_vector", "vector_to_parameters",
                      "polyak_update", "copy_", "lerp_", "add_"})  # fmt: skip
# What a file has to hold for a weight replacement to be in it at all.
_REPLACEMENT_WORDS = frozenset({
    b"load_state_dict", b"set_parameters", b"load_from_vector", b"vector_to_parameters", b"polyak_update",
    b".policy = ", b"torch.load(", b"jit.load(", b"load_model(", b"RecurrentPPO",
    b".parameters()",
})  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """All rows, indexed by every name they go by."""

    classes: Mapping[str, ClassRow]
    functions: Mapping[str, FunctionRow]
    words: frozenset[bytes] = field(default=_REPLACEMENT_WORDS)
    origins: Mapping[str, str] = field(default_factory=dict)
    """Which table the row of a name stands in."""

    def replacing(self, imported: frozenset[str]) -> frozenset[str]:
        """The last names of everything that replaces weights; common names only of libraries that are ``imported``."""
        names = {name.rpartition(".")[2] for name, row in self.functions.items() if row.replaces or row.calls}
        for name, row in self.classes.items():
            near = name.partition(".")[0] in imported
            names |= {m.name for m in row.method if m.replaces is not None and (near or not m.common)}
        return frozenset(names)

    @cached_property
    def running(self) -> frozenset[str]:
        """The last names of the functions that run a module with weights they are handed."""
        return frozenset(name.rpartition(".")[2] for name, row in self.functions.items() if row.calls)

    def writing(self, imported: frozenset[str]) -> frozenset[str]:
        """These, and the names of calls that write to a tensor."""
        return self.replacing(imported) | _WRITING

    @cached_property
    def stepping(self) -> Mapping[str, frozenset[str]]:
        """The methods that take a state and a mask and give the next state, with the names of the classes they have."""
        found: dict[str, frozenset[str]] = {}
        for name, row in self.classes.items():
            for method in row.method:
                if method.state is not None and method.state.mask:
                    last = name.rpartition(".")[2]
                    found[method.name] = found.get(method.name, frozenset()) | {last}
        return found

    @cached_property
    def carried(self) -> frozenset[str]:
        """The methods that take a state and no mask, and give the next state: the caller begins it anew."""
        methods = (method for row in self.classes.values() for method in row.method)
        return frozenset(each.name for each in methods if each.state is not None and not each.state.mask)

    @cached_property
    def common(self) -> Mapping[str, frozenset[str]]:
        """The common names of methods that replace weights, by the library that has them."""
        found: dict[str, frozenset[str]] = {}
        for name, row in self.classes.items():
            library = name.partition(".")[0]
            names = {m.name for m in row.method if m.replaces is not None and m.common}
            found[library] = found.get(library, frozenset()) | names
        return {library: names for library, names in found.items() if names}

    @cached_property
    def named(self) -> frozenset[str]:
        """The libraries whose objects are recurrent by the name of what they are made with: that is enough to look."""
        rows = ((name, row.recurrent_if) for name, row in self.classes.items())
        return frozenset(name.partition(".")[0] for name, decides in rows if decides is not None and decides.is_pattern)

    @cached_property
    def keeping(self) -> frozenset[str]:
        """The last names of what is, holds or makes something recurrent or stateful; if common, its library instead.

        So it is with actors: a learner of one's own need not name them.
        """
        names = {name for name in self.classes if self._leads_to_state(name)}
        names |= {name for name, row in self.functions.items() if self._leads_to_state(row.makes)}
        apart = {name for name in names if name in self.classes and self.classes[name].kind == "actor"}
        parts = {name: name.partition("(")[0].split(".") for name in names}
        return frozenset(p[0] if p[0] in self.common or name in apart else p[-1] for name, p in parts.items())

    def _leads_to_state(self, dotted: str) -> bool:
        return self._keeps(dotted) or any(map(self._keeps, self._leading_from(dotted)))

    def _keeps(self, dotted: str) -> bool:
        rows = self.lineage(dotted)
        verdict = next((row.recurrent for row in rows if row.recurrent != "unknown"), "unknown")
        handed = any(method.state is not None for row in rows for method in row.method)
        return verdict == "yes" or (verdict != "no" and (handed or any(row.state for row in rows)))

    def _leading_from(self, dotted: str) -> list[str]:
        """The classes of what the attributes and methods of a class give."""
        rows = self.lineage(dotted)
        return [
            *(held for row in rows for held in (row.attributes or {}).values()),
            *(method.makes for row in rows for method in row.method),
        ]

    @cached_property
    def aliases(self) -> frozenset[str]:
        """Every name that some attribute has in some version beside the one the rows give it."""
        return frozenset(name for row in self.classes.values() for name in row.aliases or ())

    @cached_property
    def instances(self) -> Mapping[str, str]:
        """The class of each object that a library has under an import path."""
        return {path: row.names[0] for row in self.classes.values() for path in row.instances}

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The top-level packages that have rows."""
        return frozenset(name.partition(".")[0] for name in (*self.classes, *self.functions))

    @cached_property
    def forks(self) -> Mapping[str, str]:
        """The classes that are known by their names alone, wherever they are imported from."""
        return {name: row.names[0] for row in self.classes.values() for name in row.forks}

    def canonical(self, dotted: str) -> str:
        """The first name of the class row that ``dotted`` belongs to, else ``dotted`` itself."""
        row = self.classes.get(dotted)
        return row.names[0] if row else dotted

    def lineage(self, dotted: str) -> tuple[ClassRow, ...]:
        """The row of a class and of its bases, nearest first; empty for a class the vocabulary does not know."""
        rows: list[ClassRow] = []
        todo = [dotted]
        while todo:
            row = self.classes.get(todo.pop(0))
            if row is not None and row not in rows:
                rows.append(row)
                todo.extend(row.bases)
        return tuple(rows)


def load_vocabulary(extra_tables: Mapping[str, Any] | None = None, reset_call: str | None = None) -> Vocabulary:
    """The shipped vocabulary with the user's tables over it; a table that breaks the schema raises VocabularyError.

    ``reset_call`` is the import path of the user's own reset: it resets what it gets, whatever is to be read in it.
    """
    tables = list(shipped())
    if extra_tables:
        where = "tool.lstm-lint.vocabulary"
        tables.append(read_table(LibraryTable, {"library": SETTINGS, **extra_tables}, where))
    classes: dict[str, ClassRow] = {}
    functions: dict[str, FunctionRow] = {}
    origins: dict[str, str] = {}
    for table in tables:
        for row in table.klass:
            for made in with_choices(row):
                classes.update(dict.fromkeys(made.names, made))
                origins.update(dict.fromkeys(made.names, table.library))
        for function in table.function:
            functions.update(dict.fromkeys(function.names, function))
            origins.update(dict.fromkeys(function.names, table.library))
    if reset_call is not None and reset_call not in functions:
        functions[reset_call] = FunctionRow((reset_call,), resets=ArgumentRow("model", 0))
        origins[reset_call] = SETTINGS
    found = Vocabulary(classes, functions, origins=origins)
    words = {name.encode() for name in found.replacing(frozenset())}
    for library in found.common.keys() | found.named:
        words |= {b"import " + library.encode(), b"from " + library.encode()}
    return replace(found, words=_REPLACEMENT_WORDS | words)


@cache
def shipped() -> tuple[LibraryTable, ...]:
    """The tables of this package, one for each of its TOML files, in the order of their names."""
    files = sorted((file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")),
                   key=lambda file: file.name)  # fmt: skip
    return tuple(read_table(LibraryTable, tomllib.loads(f.read_text(encoding="utf-8")), f.name) for f in files)
