"""Which files a run reads: the paths given, the project around them, their names and their order."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lstm_lint.config import Config
from lstm_lint.files import File, Problem, find_files, package_root, project_root, shown_path
from lstm_lint.naming import module_names
from lstm_lint.reading import lower_files, lower_one, read_files


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project as working directory."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    touch("pyproject.toml")
    return folder


def touch(*paths: str) -> None:
    for path in paths:
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n", encoding="utf-8")


def reported(*paths: str, config: Config | None = None) -> list[str]:
    return [file.shown for file in find_files(paths, config or Config()).reported]


def problems(*paths: str) -> list[Problem]:
    return find_files(paths, Config()).problems


def test_folders_are_walked_in_a_stable_order(here: Path) -> None:
    touch("b.py", "a/z.py", "a/b/c.py", "a.txt", "A.py", "notes.pyc", "stub.pyi")
    assert reported(".") == ["A.py", "a/b/c.py", "a/z.py", "b.py"]
    assert reported() == []


def test_what_nobody_wrote_is_left_out_unless_it_is_named(here: Path) -> None:
    touch(".git/a.py", ".venv/a.py", "node_modules/a.py", "build/a.py", "lib/site-packages/a.py", "x/__pycache__/a.py")
    touch("mine.py")
    assert reported(".") == ["mine.py"]
    assert reported("build", "lib/site-packages") == ["build/a.py", "lib/site-packages/a.py"]
    assert reported("node_modules/a.py") == ["node_modules/a.py"]


def test_the_configuration_excludes_but_never_a_file_that_is_named(here: Path) -> None:
    touch("old/a.py", "new/a.py", "new/gen_a.py")
    config = Config(exclude=("old", "**/gen_*.py"), folder=here)
    assert reported(".", config=config) == ["new/a.py"]
    assert reported("new/gen_a.py", config=config) == ["new/gen_a.py"]


def test_a_named_file_is_taken_whatever_it_is_called(here: Path) -> None:
    touch("script", "stub.pyi")
    assert reported("script", "stub.pyi") == ["script", "stub.pyi"]


def test_a_file_is_read_once_however_often_it_is_named(here: Path) -> None:
    touch("a/b.py")
    assert reported("a/b.py", ".", "a", "./a/../a/b.py", str(here / "a")) == ["a/b.py"]


def test_links_to_files_are_followed_and_links_to_folders_are_not(here: Path) -> None:
    touch("a/b.py")
    Path("a/loop").symlink_to("..")
    assert reported(".") == ["a/b.py"]
    assert reported("a/loop") == ["a/loop/a/b.py"]
    Path("link.py").symlink_to("a/b.py")
    assert reported(".") == ["a/b.py"]
    assert reported("link.py") == ["link.py"]


def test_paths_are_shown_as_given_or_from_the_working_directory(here: Path, tmp_path: Path) -> None:
    touch("a.py", "../other/b.py")
    assert reported(str(here / "a.py")) == ["a.py"]
    assert reported("./a.py") == ["a.py"]
    assert reported("../other") == ["../other/b.py"]
    assert reported(str(tmp_path / "other")) == [str(tmp_path / "other" / "b.py")]
    assert shown_path("/") == "/"


def test_each_thing_that_is_no_file_has_its_message(here: Path) -> None:
    touch("good.py")
    os.mkfifo("pipe.py")
    Path("loop.py").symlink_to("loop.py")
    Path("dangling.py").symlink_to("nowhere.py")
    Path(".#lock.py").symlink_to("user@host.1")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind("sock.py")
        found = find_files(["."], Config())
    assert [file.shown for file in found.reported] == ["good.py"]
    messages = {problem.path: problem.message for problem in found.problems}
    assert messages == {
        "pipe.py": "a FIFO, not a file or a folder",
        "sock.py": "a socket, not a file or a folder",
        "loop.py": "too many levels of symbolic links",
        "dangling.py": "a symbolic link to nothing",
    }
    assert problems("missing.py") == [Problem("missing.py", "no such file or folder")]
    assert problems("/dev/null") == [Problem("/dev/null", "a device, not a file or a folder")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed(here: Path) -> None:
    touch("a/b.py", "c.py")
    Path("a").chmod(0)
    try:
        found = find_files(["."], Config())
    finally:
        Path("a").chmod(0o755)
    assert [file.shown for file in found.reported] == ["c.py"]
    assert found.problems == [Problem("a", "cannot list this folder: Permission denied")]


def test_a_folder_that_cannot_be_listed_is_said(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch("a/b.py", "c.py")
    scandir = os.scandir

    def refusing(path: str) -> object:
        if path.endswith("/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = find_files(["."], Config())
    assert [file.shown for file in found.reported] == ["c.py"]
    assert found.problems == [Problem("a", "cannot list this folder: Permission denied")]


def test_a_file_that_vanishes_costs_only_itself(here: Path) -> None:
    touch("a.py", "b.py")
    found = find_files(["."], Config())
    Path("a.py").unlink()
    contents, unread = read_files(found.reported)
    assert list(contents) == [str(here / "b.py")]
    assert unread == [Problem("a.py", "cannot read this file: it is no longer there")]


def test_many_files_are_read_in_their_order(here: Path) -> None:
    files = []
    for number in range(200):
        Path(f"f{number:03}.py").write_bytes(b"%d" % number)
        files.append(File(f"f{number:03}.py", str(here / f"f{number:03}.py")))
    Path("f100.py").unlink()
    contents, unread = read_files(files[:150], quiet=files[150:])
    assert [int(data) for data in contents.values()] == [*range(100), *range(101, 200)]
    assert [problem.path for problem in unread] == ["f100.py"]


def test_the_project_around_the_path_is_indexed(here: Path) -> None:
    touch("pkg/__init__.py", "pkg/a.py", "tests/t.py", "build/x.py")
    found = find_files(["pkg/a.py"], Config())
    assert found.roots == [str(here)]
    assert [file.shown for file in found.indexed] == ["pkg/__init__.py", "tests/t.py"]


def test_roots_of_the_configuration_are_indexed_instead(here: Path) -> None:
    touch("lib/a.py", "other/b.py", "main.py")
    found = find_files(["main.py"], Config(roots=("lib",), folder=here))
    assert [file.shown for file in found.indexed] == ["lib/a.py"]


def test_the_project_root(here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch("pkg/sub/a.py")
    assert project_root(str(here / "pkg" / "sub" / "a.py")) == str(here)
    touch("../repo/.git/config", "../repo/deep/a.py")
    assert project_root(str(tmp_path / "repo" / "deep" / "a.py")) == str(tmp_path / "repo")
    touch("../loose/pkg/__init__.py", "../loose/pkg/a.py")
    assert project_root(str(tmp_path / "loose" / "pkg" / "a.py")) == str(tmp_path / "loose")
    assert project_root(str(tmp_path / "loose")) == str(tmp_path / "loose")
    monkeypatch.chdir(tmp_path / "loose")
    assert project_root(str(tmp_path / "loose" / "pkg" / "a.py")) == str(tmp_path / "loose")


def test_a_clone_inside_another_project_is_its_own(here: Path) -> None:
    touch("pyproject.toml", "vendor/clone/.git/config", "vendor/clone/pkg/a.py", "libs/part/pyproject.toml")
    touch("libs/part/src/b.py", ".git/config")
    assert project_root(str(here / "vendor" / "clone" / "pkg" / "a.py")) == str(here / "vendor" / "clone")
    assert project_root(str(here / "libs" / "part" / "src" / "b.py")) == str(here / "libs" / "part")


def test_a_home_with_a_repository_is_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "a.py"
    script.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert project_root(str(script)) == str(tmp_path / "scripts")


def test_module_names(here: Path) -> None:
    touch("src/pkg/__init__.py", "src/pkg/sub/__init__.py", "src/pkg/sub/m.py", "src/space/m.py", "scripts/train.py")
    touch("nested/lib/__init__.py", "nested/lib/m.py", "other/lib/__init__.py", "other/lib/m.py", "train.py")
    paths = [str(path) for path in here.rglob("*.py")]
    names = {path.removeprefix(f"{here}/"): name for path, name in module_names(paths, [str(here)]).items()}
    assert names == {
        "src/pkg/__init__.py": "pkg",
        "src/pkg/sub/__init__.py": "pkg.sub",
        "src/pkg/sub/m.py": "pkg.sub.m",
        "src/space/m.py": "space.m",
        "scripts/train.py": "scripts.train",
        "train.py": "train",
        "nested/lib/__init__.py": "lib",
        "nested/lib/m.py": "lib.m",
        "other/lib/__init__.py": "other.lib",
        "other/lib/m.py": "other.lib.m",
    }
    assert package_root(str(here / "src/pkg/sub/m.py")) == str(here / "src")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"def f(:\n", "syntax"),
        (b"print 'python 2'\n", "missing parentheses"),
        (b"x = 1\0\n", "nul byte"),
        (b"# coding: no-such-codec\nx = 1\n", "no-such-codec"),
        (b"x = '\xff\xfe'\n", "utf-8"),
        (b"x = " + b"(" * 2000 + b"1" + b")" * 2000 + b"\n", "nested too deep"),
        (b"x = [\n" * 3000, "nested too deep"),
    ],
)
def test_what_cannot_be_read_is_a_finding(data: bytes, said: str) -> None:
    result = lower_one("a.py", data)
    assert getattr(result, "code", None) == "RSH900", result
    assert said in result.message.lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbfx = 1\r\n",
        b"x = 1",
        b"# coding: latin-1\nx = '\xe9'\n",
        b"x = 1\ry = 2\r",
        b"\x0cx = 1\n",
    ],
)
def test_odd_sources_are_read(data: bytes) -> None:
    assert type(lower_one("a.py", data)).__name__ == "ModuleFacts"


def test_workers_give_what_one_process_gives_in_the_order_asked() -> None:
    work = {f"m{number}.py": b"x = %d\n" % number for number in range(12)} | {"bad.py": b"def f(:\n"}
    assert list(lower_files(work, jobs=2)) == list(work)
    assert lower_files(work, jobs=2) == lower_files(work, jobs=1)


def test_a_lone_file_in_a_shared_folder_does_not_bring_the_folder_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "big.py").write_text("x = 1\n")
    (tmp_path / "script.py").write_text("y = 2\n")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path / "other")
    files = find_files((str(tmp_path / "script.py"),), Config())
    assert [os.path.basename(file.path) for file in files.reported] == ["script.py"]
    assert "big.py" not in {os.path.basename(file.path) for file in files.indexed}
