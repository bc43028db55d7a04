"""The hooks as a user has them: the real pre-commit, in a git repository, installed from this checkout."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed"),
    pytest.mark.skipif(
        not (ROOT / ".git").exists(), reason="pre-commit installs from a git checkout, which this is not"
    ),
]

KINDS = '''\
"""The kinds of agents there are."""

from sb3_contrib import RecurrentPPO
from stable_baselines3 import PPO


class Walker(RecurrentPPO):
    def reset_memory(self) -> None:
        for pair in self._last_lstm_states:
            for part in pair:
                part.zero_()


class Reflex(PPO):
    """Has no memory."""
'''

RUNNER = '''\
from .kinds import Walker


class Runner(Walker):
    """Recurrent by its grandparent, which this file does not name."""
'''

TAKE_OVER = '''\
"""Take over another agent's weights between two stretches of training."""

from agents.{module} import {name}


def take_over(agent: {name}, weights: dict, steps: int) -> None:
    agent.learn(steps, reset_num_timesteps=False)
    agent.policy.load_state_dict(weights)
    agent.learn(steps, reset_num_timesteps=False)
'''

LOAD = "    agent.policy.load_state_dict(weights)\n"
BAD = TAKE_OVER.format(module="runner", name="Runner")
MENDED = BAD.replace(LOAD, LOAD + "    agent.reset_memory()\n")
HARMLESS = TAKE_OVER.format(module="kinds", name="Reflex")


def clean_environment(**extra: str) -> dict[str, str]:
    """The environment without what an outer git, or the user's git configuration, would bring in."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    identity = {
        f"GIT_{role}_{part}": "nobody@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    return inherited | identity | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | extra


@dataclass(frozen=True)
class Repository:
    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True, timeout=600
        )

    def git(self, *arguments: str) -> str:
        result = self.run("git", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def commit_without_hooks(self, name: str) -> None:
        """Commit one file or folder, and not what else is staged."""
        self.git("add", name)
        self.git("commit", "--quiet", "--no-verify", "--message", "start", "--", name)

    def commit(self, name: str) -> subprocess.CompletedProcess[str]:
        """`git add` and `git commit` of one file, past the hook that pre-commit installed."""
        self.git("add", name)
        return self.run("git", "commit", "--message", f"change {name}")

    def use_hook(self, checkout: Repository, hook: str) -> None:
        """Let commits pass this hook of the checkout from now on."""
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n- repo: {checkout.folder}\n  rev: {checkout.head()}\n  hooks:\n  - id: {hook}\n",
        )
        self.commit_without_hooks(".pre-commit-config.yaml")
        installed = self.run(sys.executable, "-m", "pre_commit", "install")
        assert installed.returncode == 0, installed.stdout + installed.stderr


def said(result: subprocess.CompletedProcess[str]) -> str:
    return result.stdout + result.stderr


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """pre-commit keeps the environments it builds in a folder of their own, for all tests here."""
    return clean_environment(PRE_COMMIT_HOME=str(tmp_path_factory.mktemp("pre-commit-home")))


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Repository:
    """This checkout as it stands, uncommitted work included, as a git repository that pre-commit can clone."""
    copy = Repository(tmp_path_factory.mktemp("checkout"), environment)
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy.folder / name)
    copy.git("init", "--quiet")
    copy.commit_without_hooks(".")
    return copy


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """A project whose class hierarchy is committed already, so that no later commit contains it."""
    project = Repository(tmp_path / "project", environment)
    project.write("agents/__init__.py", "")
    project.write("agents/kinds.py", KINDS)
    project.write("agents/runner.py", RUNNER)
    project.git("init", "--quiet")
    project.commit_without_hooks("agents")
    return project


def test_bad_commit_is_stopped_then_mended_then_passes(repository: Repository, checkout: Repository) -> None:
    repository.use_hook(checkout, "lstm-lint")
    repository.write("take_over.py", BAD)
    start = repository.head()
    stopped = repository.commit("take_over.py")
    assert stopped.returncode != 0
    assert "take_over.py:8:" in said(stopped)
    assert "RSH001" in said(stopped)
    assert repository.head() == start
    assert repository.read("take_over.py") == BAD

    repository.use_hook(checkout, "lstm-lint-fix")
    start = repository.head()
    mending = repository.commit("take_over.py")
    assert mending.returncode != 0
    assert "files were modified by this hook" in said(mending)
    assert repository.head() == start
    assert repository.read("take_over.py") == MENDED

    passing = repository.commit("take_over.py")
    assert passing.returncode == 0, said(passing)
    assert repository.git("show", "HEAD:take_over.py") == MENDED
    assert repository.git("show", "--name-only", "--format=", "HEAD").split() == ["take_over.py"]


def test_commit_that_swaps_weights_without_memory_passes(repository: Repository, checkout: Repository) -> None:
    repository.use_hook(checkout, "lstm-lint")
    repository.write("take_over.py", HARMLESS)
    start = repository.head()
    passing = repository.commit("take_over.py")
    assert passing.returncode == 0, said(passing)
    assert repository.head() != start


def test_commit_without_python_starts_nothing(repository: Repository, checkout: Repository) -> None:
    repository.use_hook(checkout, "lstm-lint")
    repository.write("notes.txt", "model.policy.load_state_dict(weights)\n")
    passing = repository.commit("notes.txt")
    assert passing.returncode == 0, said(passing)
    assert "no files to check" in said(passing)
