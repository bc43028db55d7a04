"""Which module of the project an import statement names."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lstm_lint import facts
from lstm_lint.files import package_root

if TYPE_CHECKING:
    from lstm_lint.project.symbols import Module


UNREAD = "<unread>."
"""How the name of a module of the project begins in which nothing can matter: it was left unread."""


class Importing:
    """Answers by the names of modules and by where they lie: several folders may each have a ``model.py``."""

    def __init__(self, modules: Mapping[str, Module], libraries: frozenset[str]) -> None:
        self._modules = modules
        self._packages = {name[:at] for name in modules for at, char in enumerate(name) if char == "."}
        self._libraries = libraries | sys.stdlib_module_names
        self._places = {name: _place(module) for name, module in modules.items()}
        self._alike: dict[str, list[str]] = defaultdict(list)
        for name, place in self._places.items():
            self._alike[os.path.basename(place)].append(name)
        self._found: dict[tuple[str, str], str] = {}

    def is_package(self, dotted: str) -> bool:
        """Whether modules of the project lie below this name."""
        return dotted in self._packages

    def module(self, module: Module, item: facts.Import) -> str:
        """The absolute dotted module that an import statement names."""
        if not item.level:
            found = self._absolute(module, item.module)
            return self._of_another_folder(module, item) if found == item.module else found
        package = module.package.split(".") if module.package else []
        kept = package[: len(package) - (item.level - 1)]
        return ".".join([*kept, item.module] if item.module else kept)

    def _absolute(self, module: Module, target: str) -> str:
        key = (module.name, target)
        if key not in self._found:
            self._found[key] = self._nearest(module, target) or self._from_a_folder_above(module, target)
        return self._found[key]

    def _nearest(self, module: Module, target: str) -> str:
        """What answers to a name in the nearest folder above that Python would search, be it read or not."""
        if target.partition(".")[0] in self._libraries:
            return ""
        tail = os.sep + target.replace(".", os.sep)
        alike = [name for name in self._alike.get(target.rpartition(".")[2], ()) if self._places[name].endswith(tail)]
        if not alike:
            return ""
        folder = package_root(os.path.abspath(module.path))  # within a package Python does not search by itself
        bases = {self._places[name].removesuffix(tail): name for name in alike}
        while folder not in bases:
            if os.path.isdir(folder + tail) or os.path.isfile(f"{folder}{tail}.py"):
                return UNREAD + target
            above = os.path.dirname(folder)
            if above == folder:
                return ""
            folder = above
        return bases[folder]

    def _from_a_folder_above(self, module: Module, target: str) -> str:
        """An absolute import as it is, or as a script sees it whose folder is a package too.

        Python searches the folder of the script that is run, whether or not an ``__init__.py`` lies there. Names of
        the standard library and of libraries that are known mean these.
        """
        top = target.partition(".")[0]
        if target in self._modules or self.is_package(target) or top in self._libraries:
            return target
        folders = module.package.split(".") if module.package else []
        for depth in range(len(folders), 0, -1):
            found = ".".join([*folders[:depth], target])
            if found in self._modules or self.is_package(found):
                return found
        return self._below_src(target)

    def _of_another_folder(self, module: Module, item: facts.Import) -> str:
        """``from net import Net`` where the folder of ``net.py`` is put on the path, or the file was moved there.

        Nothing else answers to the name, no other file of the project is called so, and it has the class.
        """
        target = item.module
        if "." in target or target in self._modules or self.is_package(target) or target in self._libraries:
            return target
        alike = self._alike.get(target, ())
        only = alike[0] if len(alike) == 1 else ""
        if not only or only == module.name or item.name not in self._modules[only].facts.classes:
            return target
        return only

    def _below_src(self, target: str) -> str:
        """``src.agents`` where ``src`` is no package: its modules are named from there, and imported either way."""
        first, _, rest = target.partition(".")
        return rest if first == "src" and (rest in self._modules or self.is_package(rest)) else target


def _is_init(module: Module) -> bool:
    return os.path.basename(module.path) == "__init__.py"


def _place(module: Module) -> str:
    """The path of a module without its suffix; of a package, that of its folder."""
    path = os.path.abspath(module.path)
    return os.path.dirname(path) if _is_init(module) else os.path.splitext(path)[0]
