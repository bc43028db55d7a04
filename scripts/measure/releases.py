"""Pinned releases and repositories, brought into a cache outside this repository; nothing of them is run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# One build for everybody, whatever interpreter and machine runs this.
PLATFORM = (
    *("--only-binary", ":all:", "--python-version", "3.11"),
    *("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux2014_x86_64", "--platform", "any"),
)


class UnavailableError(Exception):
    """A release or a repository that cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned release on PyPI; ``wheel`` where building its source distribution needs torch or the network."""

    name: str
    version: str
    wheel: bool = True

    def fetch(self, cache: Path) -> Path:
        """The folder with the unpacked release, downloaded first when it is not in the cache yet."""
        home = cache / f"{self.name}-{self.version}"
        tree, downloads = home / "tree", home / "download"
        if (home / "complete").exists():
            return tree
        form = PLATFORM if self.wheel else ("--no-binary", ":all:")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--ignore-requires-python", *form]
        done = subprocess.run(
            [*command, "--dest", str(downloads), f"{self.name}=={self.version}"],
            check=False,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            raise UnavailableError(f"{self.name} {self.version}: pip says {last_line(done.stderr)}")
        (archive,) = downloads.iterdir()
        unpack(archive, tree)
        (home / "complete").touch()
        return tree


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository on GitHub at one commit (40 hexadecimal digits)."""

    name: str
    commit: str

    def fetch(self, cache: Path) -> Path:
        """The folder with the work tree, fetched first when it is not in the cache yet."""
        home = cache / f"{self.name.replace('/', '__')}-{self.commit[:10]}"
        tree = home / "tree"
        if (home / "complete").exists():
            return tree
        tree.mkdir(parents=True, exist_ok=True)
        self.git(tree, ["init", "--quiet"])
        self.git(tree, ["fetch", "--quiet", "--depth", "1", self.address, self.commit])
        self.git(tree, ["checkout", "--quiet", "FETCH_HEAD"])
        (home / "complete").touch()
        return tree

    def fetch_files(self, cache: Path, paths: Iterable[str]) -> Path:
        """The folder with these files of the work tree and no others; what is not in the cache yet is fetched first."""
        tree = cache / f"{self.name.replace('/', '__')}-{self.commit[:10]}-files"
        missing = sorted({path for path in paths if not (tree / path).exists()})
        if not missing:
            return tree
        if not (tree / ".git").exists():
            tree.mkdir(parents=True, exist_ok=True)
            self.git(tree, ["init", "--quiet"])
            self.git(tree, ["remote", "add", "origin", self.address])
            # The contents of a file come when it is checked out, so models and videos beside it stay where they are.
            self.git(tree, ["config", "remote.origin.promisor", "true"])
            self.git(tree, ["config", "remote.origin.partialclonefilter", "blob:none"])
        self.git(tree, ["fetch", "--quiet", "--depth", "1", "--filter=blob:none", "origin", self.commit])
        self.git(tree, ["checkout", "--quiet", self.commit, "--", *missing])
        return tree

    @property
    def address(self) -> str:
        """Where git finds it."""
        return f"https://github.com/{self.name}"

    def git(self, tree: Path, command: list[str]) -> None:
        """Run git in ``tree``; UnavailableError with its last word when it fails."""
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
        done = subprocess.run(
            ["git", *command], cwd=tree, check=False, stderr=subprocess.PIPE, text=True, env=environment, timeout=600
        )
        if done.returncode:
            raise UnavailableError(f"{self.name}: git says {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def unpack(archive: Path, target: Path) -> None:
    """Extract a wheel or a source distribution; the single top folder of the latter is kept."""
    target.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(target)
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(target, filter="data")


def default_cache() -> Path:
    """A folder of our own under the user's cache directory."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lstm-lint" / "ecosystem"
