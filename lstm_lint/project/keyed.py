"""Networks of TorchRL, which take and give their states by the keys of a tensordict."""

from __future__ import annotations

from collections.abc import Iterable

from lstm_lint.project.classes import Classes
from lstm_lint.project.types import NOTHING, Type, Types

NETWORK = "tensordict.nn.TensorDictModule(recurrent)"
"""One of which a part is recurrent, by the row that says so."""
_PACKAGES = ("tensordict.nn.", "torchrl.modules.")


def takes_keys(name: str) -> bool:
    """Whether a library's class of this name is made of modules that read and write a tensordict, as far as it says."""
    return is_class_in(name, *_PACKAGES)


def is_class_in(name: str, *packages: str) -> bool:
    """Whether a name is one of a class in one of these packages, as names of classes are spelt."""
    return name.startswith(packages) and name.rpartition(".")[2][:1].isupper()


def made_of(parts: Iterable[Type], classes: Classes) -> Types:
    """What such a class makes of parts of these types: a recurrent network where one of them is."""
    recurrent = any(NETWORK in classes.lineage(part.ref) for part in parts if not part.of_class)
    return frozenset({Type(NETWORK)}) if recurrent else NOTHING
