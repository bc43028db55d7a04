"""The command as it is installed: from a wheel, in a virtual environment with nothing else, away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

import lstm_lint

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Installed:
    wheel: Path
    command: Path

    def run(self, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        environment["PYTHONIOENCODING"] = "utf-8"
        words = [str(self.command), *arguments]
        return subprocess.run(words, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    _must(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("lstm_lint-*.whl")
    _must(sys.executable, "-m", "venv", str(folder / "venv"))
    scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    _must(str(scripts / "python"), "-m", "pip", "install", "--quiet", str(wheel))
    return Installed(wheel, scripts / "lstm-lint")


def _must(*words: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def example(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "population", tmp_path / "population")
    return tmp_path


def test_it_holds_the_package_and_nothing_else(installed: Installed) -> None:
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    package = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "lstm_lint").rglob("*")
        if path.suffix in (".py", ".toml", ".typed")
    }
    assert package <= names
    assert {name.split("/")[0] for name in names - package} == {f"lstm_lint-{lstm_lint.__version__}.dist-info"}


def test_it_checks_fixes_and_is_done(installed: Installed, example: Path) -> None:
    done = installed.run("--output-format", "json", "population", cwd=example)
    assert (done.returncode, done.stderr) == (1, "")
    assert [each["code"] for each in json.loads(done.stdout)["findings"]] == ["RSH001"]
    done = installed.run("--fix", "population", cwd=example)
    assert done.returncode == 0
    assert "Fixed 1 finding in 1 file." in done.stderr
    done = installed.run("population", cwd=example)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 weight replacement on recurrent policies: 1 reset\n"


def test_it_explains_itself(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("--version", cwd=tmp_path).stdout == f"lstm-lint {lstm_lint.__version__}\n"
    assert installed.run("--explain", "RSH001", cwd=tmp_path).stdout.startswith("# RSH001: stale-state-after-load\n")
    assert "\nRSH012 " in installed.run("--list-rules", cwd=tmp_path).stdout
    assert "--stdin-filename" in installed.run("--help", cwd=tmp_path).stdout
