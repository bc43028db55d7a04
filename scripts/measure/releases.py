"""Pinned releases and repositories, brought into a cache outside this repository; nothing of them is run."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
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
        address = f"https://github.com/{self.name}"
        for command in (
            ["git", "init", "--quiet"],
            ["git", "fetch", "--quiet", "--depth", "1", address, self.commit],
            ["git", "checkout", "--quiet", "FETCH_HEAD"],
        ):
            environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1"}
            done = subprocess.run(
                command, cwd=tree, check=False, stderr=subprocess.PIPE, text=True, env=environment, timeout=600
            )
            if done.returncode:
                raise UnavailableError(f"{self.name}: git says {last_line(done.stderr)}")
        (home / "complete").touch()
        return tree


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
