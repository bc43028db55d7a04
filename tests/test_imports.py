"""The floors: each module imports only what lies below it, and the command starts without what it does not need."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Set
from pathlib import Path

import pytest

import lstm_lint

PACKAGE = Path(lstm_lint.__file__).parent
# From the bottom up; a part may import from its own floor and from those below.
FLOORS = (
    {"model", "source", "flow", "forks", "globs", "memo", "syntax"},
    {"engine", "facts", "own", "vocabulary", "walk"},
    {"config", "feedback", "library", "lower"},
    {"files", "naming", "outcome", "evidence", "prefilter", "reading", "selection"},
    {"project"},
    {"typestate"},
    {"rules"},
    {"catalogue", "fix", "suppress"},
    {"checking", "report"},
    {"run"},
    {"cli"},
    {"__main__"},
)
HEIGHT = {part: height for height, floor in enumerate(FLOORS) for part in floor}
# Third-party packages and the only part that may know of them.
ONLY = {"libcst": "lower", "click": "cli", "torch": "nowhere", "stable_baselines3": "nowhere"}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, as absolute dotted names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports are absolute here"
            assert node.module is not None
            if node.module == "lstm_lint":
                found.update(f"lstm_lint.{alias.name}" for alias in node.names)
            else:
                found.add(node.module)
    return found


def test_every_part_has_a_floor() -> None:
    assert {part_of(path) for path in modules()} <= HEIGHT.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    part = part_of(path)
    for name in imported(path):
        top, _, rest = name.partition(".")
        if top == "lstm_lint" and (other := rest.partition(".")[0]) in HEIGHT:
            assert HEIGHT[other] <= HEIGHT[part], f"{part} may not import {other}: it lies above"
        elif top in ONLY:
            assert ONLY[top] == part, f"{top} belongs to {ONLY[top]}, not to {part}"


def needed(tree: ast.AST, known: Set[str]) -> set[str]:
    """The known modules that one imports when it runs, at its top or inside functions."""
    found: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inside = (f"{node.module}.{alias.name}" for alias in node.names)
            found.update(name if name in known else node.module for name in inside)
        found |= needed(node, known)
    return found & known


def test_no_module_leads_back_to_itself() -> None:
    paths = {path.relative_to(PACKAGE.parent).with_suffix(""): path for path in modules()}
    named = {".".join(short.parts).removesuffix(".__init__"): path for short, path in paths.items()}
    graph = {name: needed(ast.parse(path.read_bytes()), named.keys()) for name, path in named.items()}
    while leaves := {name for name, others in graph.items() if not others & graph.keys()}:
        for name in leaves:
            del graph[name]
    assert not graph, f"these import one another, or what does: {sorted(graph)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_are_named_for_what_they_hold(path: Path) -> None:
    assert path.stem not in {"utils", "helpers", "common", "base", "manager"}


def loaded_by(code: str, cwd: Path) -> set[str]:
    """The top-level packages in sys.modules after running ``code`` in a new interpreter."""
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint(*sys.modules, sep='\\n')"
    environment = {"PYTHONPATH": str(PACKAGE.parent), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, env=environment, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_nothing_to_check_loads_no_parser(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print('nothing to see')\n", encoding="utf-8")
    loaded = loaded_by("from lstm_lint.cli import main; main(['.'])", tmp_path)
    assert "lstm_lint.prefilter" in loaded
    assert not loaded & {"libcst", "torch", "numpy", "lstm_lint.lower", "multiprocessing"}
    assert not {name for name in loaded if name.startswith(("lstm_lint.project", "lstm_lint.typestate"))}


def test_importing_the_package_loads_nothing_else(tmp_path: Path) -> None:
    loaded = loaded_by("import lstm_lint", tmp_path)
    assert not loaded & {"libcst", "click", "torch", "lstm_lint.model"}


def test_nothing_to_check_takes_a_few_starts_of_python() -> None:
    script = PACKAGE.parent / "benchmarks" / "start_up.py"
    done = subprocess.run(
        [sys.executable, str(script), "--rounds", "3", "--goal", "6"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
