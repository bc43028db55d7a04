"""The reproductions in docs/found-bugs run, and fail with what the page says, where their package is installed."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "found-bugs.md"
SCRIPTS = sorted((PAGE.parent / "found-bugs").glob("*.py"))


def pinned(script: Path) -> tuple[str, str]:
    """The package and the version that a script says it is about."""
    found = re.search(r"pip install ([\w-]+)==([\d.]+)", script.read_text(encoding="utf-8"))
    assert found is not None, f"{script.name} does not say what to install"
    return found[1], found[2]


def told(script: Path) -> str:
    """The error that the page shows for a script."""
    section = PAGE.read_text(encoding="utf-8").partition(f"(found-bugs/{script.name})")[2]
    found = re.search(r"^AssertionError: (.+)$", section, re.MULTILINE)
    assert found is not None, f"the page shows no error of {script.name}"
    return found[1]


def pattern(message: str) -> str:
    """The message with every number left open: they depend on the machine."""
    return re.sub(r"\d+(\\\.\d+)?", r"[0-9.]+", re.escape(message))


def test_every_script_has_its_section() -> None:
    assert SCRIPTS
    for script in SCRIPTS:
        name, release = pinned(script)
        assert told(script)
        assert f"pip install {name}=={release}" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_defect_is_there(script: Path) -> None:
    name, release = pinned(script)
    try:
        installed = version(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    if installed != release:
        pytest.skip(f"{name} {installed} is installed, not {release}")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert re.fullmatch(f"AssertionError: {pattern(told(script))}", last), last
