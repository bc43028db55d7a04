"""Absolute paths -> the dotted names that import statements use."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from lstm_lint.files import package_root


def module_names(paths: Iterable[str], roots: Sequence[str]) -> dict[str, str]:
    """The dotted name of each file, no name twice.

    A file of a package has the name it is imported by: from the first folder above that has no ``__init__.py``. Any
    other file (a script, a module of a namespace package) is named from the nearest import root: one of ``roots`` or
    its ``src``. Where two packages share a name, the first by path keeps it and the others are named from the root.
    """
    sources = [os.path.join(root, "src") for root in roots]
    known = [*roots, *(source for source in sources if os.path.isdir(source))]
    tops = sorted((root.rstrip(os.sep) + os.sep for root in known), key=len, reverse=True)
    package_roots: dict[str, str] = {}
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths):
        folder = os.path.dirname(path)
        top = package_roots.get(folder)
        if top is None:
            top = package_roots[folder] = package_root(path) + os.sep
        root = next((root for root in tops if path.startswith(root)), top)
        name = _dotted(path, root if top == folder + os.sep else top)
        if name in taken:
            name = _dotted(path, root)
        while name in taken:
            name += "_"  # two roots with the same files: no import can tell them apart either
        taken.add(name)
        names[path] = name
    return names


def _dotted(path: str, root: str) -> str:
    stem, _ = os.path.splitext(path[len(root) :])
    parts = [part for part in stem.split(os.sep) if part]
    if parts and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) or os.path.basename(os.path.dirname(path))
