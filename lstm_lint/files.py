"""Paths -> Python files: what is reported, what is indexed, under which name and in which order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lstm_lint.config import Config
from lstm_lint.globs import matches

DEFAULT_EXCLUDES = frozenset(
    {
        ".bzr", ".direnv", ".eggs", ".git", ".hg", ".hypothesis", ".ipynb_checkpoints", ".mypy_cache", ".nox",
        ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", "__pycache__", "__pypackages__",
        "_build", "build", "buck-out", "dist", "dist-packages", "node_modules", "site-packages", "venv",
    }
)  # fmt: skip
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that kept the linter from doing its whole job: a path and what is wrong with it."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: the path that reports show, and the absolute one."""

    shown: str
    path: str
    explicit: bool = False
    """The user named this very file."""


@dataclass
class Files:
    """What a run reads, in a stable order: ``reported`` files, and those that are ``indexed`` besides."""

    reported: list[File] = field(default_factory=list)
    indexed: list[File] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def find_files(paths: Sequence[str], config: Config, stdin: str | None = None, force_exclude: bool = False) -> Files:
    """The files that ``paths`` name or hold, and those of the project around them.

    ``stdin`` is the path that a source on standard input is said to have: it is reported without being looked for.
    With ``force_exclude`` a path that is named is left out as well where the configuration excludes it.
    """
    finder = _Finder(config)
    files = Files()
    if stdin is not None:
        files.reported.append(File(shown_path(stdin), os.path.abspath(stdin), explicit=True))
    for path in paths:
        if not (force_exclude and finder.left_out(path)):
            files.reported += finder.under(path)
    files.reported = _once(files.reported)
    files.roots = _roots([stdin] if stdin is not None else paths, config)
    for root in files.roots:
        if not _too_wide(root):  # a lone script in the home is no reason to read all of it
            files.indexed += finder.inside(root, quiet=True)
    reported = {file.path for file in files.reported}
    files.indexed = [file for file in _once(files.indexed) if file.path not in reported]
    files.problems = finder.problems
    return files


def shown_path(path: str) -> str:
    """The path as reports write it: relative to the working directory when it lies below, else as it was given."""
    if not os.path.isabs(path):
        return os.path.normpath(path)
    here = os.getcwd()
    return os.path.relpath(path, here) if path.startswith(here.rstrip(os.sep) + os.sep) else os.path.normpath(path)


def kind_problem(path: str) -> str | None:
    """Why a path that exists cannot be read as a file; None when it is a regular file or a folder."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "a symbolic link to nothing" if os.path.islink(path) else "no such file or folder"
    except OSError as error:
        return (error.strerror or str(error)).lower()
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    kinds = {stat.S_ISFIFO: "a FIFO", stat.S_ISSOCK: "a socket", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device"}
    what = next((name for test, name in kinds.items() if test(mode)), "something else")
    return f"{what}, not a file or a folder"


class _Finder:
    """Walks folders, each at most once, and gathers what goes wrong."""

    def __init__(self, config: Config) -> None:
        self.exclude = config.exclude
        self.folder = str(config.folder) if config.folder else os.getcwd()
        self.problems: list[Problem] = []

    def under(self, path: str) -> Iterator[File]:
        """The file at ``path`` itself, or the Python files in the folder."""
        absolute = os.path.abspath(path)
        if problem := kind_problem(absolute) if path else "an empty path names nothing; . is the working directory":
            self.problems.append(Problem(path, problem))
        elif os.path.isdir(absolute):
            yield from self.inside(path)
        elif path.endswith(".ipynb"):  # which Python might take for an expression, and find nothing in it
            self.problems.append(
                Problem(path, "a notebook is not read; `jupyter nbconvert --to script` makes a file of it")
            )
        else:
            yield File(shown_path(path), absolute, explicit=True)

    def inside(self, folder: str, quiet: bool = False) -> Iterator[File]:
        """The Python files in a folder and below, sorted; links to folders are not followed, so no loop can hold us."""
        absolute = os.path.abspath(folder)
        shown = shown_path(folder)
        try:
            with os.scandir(absolute) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            if not quiet:
                self.problems.append(Problem(shown, f"cannot list this folder: {error.strerror or error}"))
            return
        for entry in entries:
            inner = entry.name if shown == "." else os.path.join(shown, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in DEFAULT_EXCLUDES and not self.excluded(entry.path):
                    yield from self.inside(inner, quiet)
            elif entry.name.endswith(".py") and not entry.name.startswith(".#") and not self.excluded(entry.path):
                yield from self.entry(entry, inner, quiet)

    def entry(self, entry: os.DirEntry[str], shown: str, quiet: bool) -> Iterator[File]:
        """One entry of a folder that is named as a Python file."""
        if entry.is_file(follow_symlinks=False):
            yield File(shown, entry.path)
        elif (problem := kind_problem(entry.path)) is None:
            if not os.path.isdir(entry.path):
                yield File(shown, entry.path)
        elif not quiet:
            self.problems.append(Problem(shown, problem))

    def left_out(self, path: str) -> bool:
        """Whether a walk from the folder of the configuration would pass a path by."""
        absolute = os.path.abspath(path)
        relative = relative_to(absolute, self.folder)
        inside = relative != absolute.replace(os.sep, "/")
        return self.excluded(absolute) or (inside and not DEFAULT_EXCLUDES.isdisjoint(relative.split("/")))

    def excluded(self, path: str) -> bool:
        """Whether the configuration excludes a path."""
        if not self.exclude:
            return False
        relative = relative_to(path, self.folder)
        return any(matches(glob, relative) for glob in self.exclude)


def relative_to(path: str, folder: str) -> str:
    """``path`` below ``folder``, with ``/``; the whole path when it lies elsewhere."""
    prefix = folder.rstrip(os.sep) + os.sep
    inner = path[len(prefix) :] if path.startswith(prefix) else path
    return inner.replace(os.sep, "/")


def _once(files: Iterable[File]) -> list[File]:
    """The files without repetition, sorted by the shown path; of a link and its target, the target stays."""
    by_path: dict[str, File] = {}
    for file in files:
        known = by_path.get(file.path)
        if known is None or (file.explicit and not known.explicit):
            by_path[file.path] = file
    links = [path for path in by_path if os.path.islink(path)]
    for path in links:
        target = os.path.realpath(path)
        if target in by_path and target != path:
            del by_path[path]
    return sorted(by_path.values(), key=lambda file: file.shown)


def _roots(paths: Sequence[str], config: Config) -> list[str]:
    """The folders to index: those of the configuration, else the project around each path; none inside another."""
    if config.roots and config.folder is not None:
        found = [str(config.folder / root) for root in config.roots]
    else:
        found = [project_root(os.path.abspath(path)) for path in paths]
    found = sorted({os.path.normpath(root) for root in found})
    return [root for root in found if not any(root != other and _below(root, other) for other in found)]


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


# What lies in the topmost folder of a project.
_MARKERS = ("pyproject.toml", ".git")


def project_root(path: str) -> str:
    """The project that a path belongs to.

    The nearest folder above that has a pyproject.toml or a .git (a clone inside another project is its own), else the
    working directory; what lies outside of all of them is its own project: a folder, or for a file the folder that
    holds its package.
    """
    start = path if os.path.isdir(path) else os.path.dirname(path)
    folders = [start, *map(str, Path(start).parents)]
    if "site-packages" in path.split(os.sep) or "dist-packages" in path.split(os.sep):
        return start
    for folder in folders:
        if any(os.path.exists(os.path.join(folder, marker)) for marker in _MARKERS) and not _too_wide(folder):
            return folder
    here = os.getcwd()
    if _below(path, here) and not _too_wide(here):
        return here
    return start if os.path.isdir(path) else package_root(path)


def _too_wide(folder: str) -> bool:
    """A folder that holds more than any one project, although a marker may lie in it: /, the home, /tmp."""
    shared = {os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")} | {"/tmp", "/var/tmp"}
    return folder in {os.path.abspath(os.sep), os.path.expanduser("~"), *map(os.path.normpath, shared - {""})}


def package_root(path: str) -> str:
    """The first folder above a file that is no package (has no ``__init__.py``)."""
    folder = os.path.dirname(path)
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder
