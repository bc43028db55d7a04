"""Framework knowledge as data: which classes are recurrent, where state lives, what replaces, resets and uses it.

The rows live in the TOML files of this package; a user's ``[tool.lstm-lint.vocabulary]`` has the same schema.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any

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
    "ClassRow",
    "FunctionRow",
    "MethodRow",
    "StateRow",
    "Vocabulary",
    "VocabularyError",
    "load_vocabulary",
    "shipped",
]

# Calls that give the tensors of a module: what is then written into them replaces its weights.
GIVING = frozenset(
    b".%b(" % name
    for name in (b"parameters", b"named_parameters", b"buffers", b"named_buffers", b"state_dict", b"get_weights")
)
# What a file has to hold for a weight replacement to be in it at all.
_REPLACEMENT_WORDS = frozenset({
    b"load_state_dict", b"set_parameters", b"load_from_vector", b"vector_to_parameters", b"polyak_update",
    b".policy = ", b"torch.load(", b"RecurrentPPO",
    b".parameters()",
})  # fmt: skip


@dataclass(frozen=True)
class Vocabulary:
    """All rows, indexed by every name they go by."""

    classes: Mapping[str, ClassRow]
    functions: Mapping[str, FunctionRow]
    words: frozenset[bytes] = field(default=_REPLACEMENT_WORDS)

    @cached_property
    def replacing(self) -> frozenset[str]:
        """The last names of everything that replaces weights."""
        methods = {
            m.name for row in self.classes.values() for m in row.method if m.replaces is not None and not m.common
        }
        return frozenset(methods | {name.rpartition(".")[2] for name, f in self.functions.items() if f.replaces})

    @cached_property
    def libraries(self) -> frozenset[str]:
        """The top-level packages that have rows."""
        return frozenset(name.partition(".")[0] for name in (*self.classes, *self.functions))

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
        tables.append(read_table(LibraryTable, {"library": "user", **extra_tables}, where))
    classes: dict[str, ClassRow] = {}
    functions: dict[str, FunctionRow] = {}
    for table in tables:
        for row in table.klass:
            classes.update(dict.fromkeys(row.names, row))
        for function in table.function:
            functions.update(dict.fromkeys(function.names, function))
    if reset_call is not None and reset_call not in functions:
        functions[reset_call] = FunctionRow((reset_call,), resets=ArgumentRow("model", 0))
    replacing = [(row, method) for row in classes.values() for method in row.method if method.replaces is not None]
    own = {method.name.encode() for _, method in replacing if not method.common}
    own |= {name.rpartition(".")[2].encode() for name, f in functions.items() if f.replaces}
    for library in {row.names[0].partition(".")[0].encode() for row, method in replacing if method.common}:
        own |= {b"import " + library, b"from " + library}
    return Vocabulary(classes, functions, _REPLACEMENT_WORDS | own)


@cache
def shipped() -> tuple[LibraryTable, ...]:
    """The tables of this package, one for each of its TOML files, in the order of their names."""
    files = sorted((file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")),
                   key=lambda file: file.name)  # fmt: skip
    return tuple(read_table(LibraryTable, tomllib.loads(f.read_text(encoding="utf-8")), f.name) for f in files)
