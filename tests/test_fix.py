"""Applying fixes: which edits go together, how rounds end, and that no file is ever lost."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lstm_lint.fix import Checked, compatible, fix_all, unified_diff, write_file
from lstm_lint.model import Applicability, Edit, Finding, Fix, Level, Span
from lstm_lint.source import Source

SAFE = Applicability.SAFE


def insert(line: int, text: str, column: int = 1) -> Edit:
    return Edit(Span(line, column, line, column), text)


def fix(*edits: Edit, runtime: bool = False) -> Fix:
    return Fix("title", SAFE, edits, imports_runtime=runtime)


def finding(line: int, mend: Fix | None, path: str = "a.py") -> Finding:
    return Finding("RSH001", "name", Level.ERROR, path, Span(line, 1, line, 9), "said", fix=mend)


def apply(path: str, data: bytes, edits: Sequence[Edit]) -> bytes:
    return Source.from_bytes(path, data).apply(edits)


def always(_: Finding) -> bool:
    return True


def test_the_same_edit_of_two_findings_is_made_once() -> None:
    both = insert(1, "import r\n")
    edits, taken = compatible([fix(both, insert(3, "r()\n")), fix(both, insert(5, "r()\n"))])
    assert edits == [both, insert(3, "r()\n"), insert(5, "r()\n")]
    assert len(taken) == 2


def test_a_conflicting_fix_waits_as_a_whole() -> None:
    first = fix(Edit(Span(2, 1, 4, 1), "x\n"))
    second = fix(insert(1, "import r\n"), insert(3, "r()\n"))
    edits, taken = compatible([first, second])
    assert taken == [first]
    assert edits == list(first.edits)


def test_two_texts_at_one_place_conflict() -> None:
    _, taken = compatible([fix(insert(3, "a()\n")), fix(insert(3, "b()\n"))])
    assert len(taken) == 1


class Linter:
    """A toy: every line ``load`` that no ``reset`` line follows is a finding with a fix."""

    def __init__(self, text: str = "reset\n", breaks: str = "") -> None:
        self.text = text
        self.breaks = breaks
        self.contents = {"a.py": b"load\nload\nx = 1\n", "b.py": b"load\n"}
        self.looks = 0

    def findings(self, contents: Mapping[str, bytes]) -> list[Finding]:
        found = []
        for path, data in contents.items():
            lines = data.decode().splitlines()
            for number, line in enumerate(lines, 1):
                if line == "load" and lines[number : number + 1] != ["reset"]:
                    found.append(finding(number, fix(insert(number + 1, self.text), runtime=True), path))
        return found

    def look(self, changed: Mapping[str, bytes]) -> Checked:
        self.looks += 1
        broken = frozenset(path for path in changed if path == self.breaks)
        contents = {path: data for path, data in (self.contents | dict(changed)).items() if path not in broken}
        return Checked(tuple(self.findings(contents)), broken)


def test_fixes_are_applied_to_a_fixpoint() -> None:
    linter = Linter()
    fixed = fix_all(linter.contents, linter.findings(linter.contents), linter.look, always, apply)
    assert fixed.changed == {"a.py": b"load\nreset\nload\nreset\nx = 1\n", "b.py": b"load\nreset\n"}
    assert fixed.applied == {"a.py": 2, "b.py": 1}
    assert fixed.imports_runtime == {"a.py", "b.py"}
    assert not fixed.refused
    again = fix_all(fixed.changed, linter.findings(fixed.changed), linter.look, always, apply)
    assert again.changed == {}


def test_a_fix_that_breaks_its_file_is_taken_back_and_the_others_stay() -> None:
    linter = Linter(breaks="a.py")
    fixed = fix_all(linter.contents, linter.findings(linter.contents), linter.look, always, apply)
    assert fixed.changed == {"b.py": b"load\nreset\n"}
    assert fixed.imports_runtime == {"b.py"}
    assert "would not parse" in fixed.refused["a.py"]


def test_a_fix_that_breaks_its_file_keeps_no_other_from_it() -> None:
    linter = Linter()
    linter.contents = {"a.py": b"load\nx = 1\nstuck\n"}
    seen, looked = linter.findings, linter.look

    def findings(contents: Mapping[str, bytes]) -> list[Finding]:
        at = contents["a.py"].decode().splitlines().index("stuck") + 1 if "a.py" in contents else 0
        return [*seen(contents), *([finding(at, fix(insert(at + 1, "[…]\n")))] if at else ())]

    def look(changed: Mapping[str, bytes]) -> Checked:
        linter.breaks = "a.py" if "…" in changed.get("a.py", b"").decode() else ""
        return looked(changed)

    linter.findings = findings  # type: ignore[method-assign]
    fixed = fix_all(linter.contents, findings(linter.contents), look, always, apply)
    assert fixed.changed == {"a.py": b"load\nreset\nx = 1\nstuck\n"}
    assert fixed.applied == {"a.py": 1}
    assert fixed.refused["a.py"].startswith("with the fix for line 3 the file would not parse")


def test_fixes_that_never_settle_leave_the_file_as_it_was() -> None:
    linter = Linter(text="rest\n")
    fixed = fix_all(linter.contents, linter.findings(linter.contents), linter.look, always, apply)
    assert fixed.changed == {}
    assert "settle" in fixed.refused["a.py"]
    assert linter.looks < 20  # each is an analysis of everything


def test_a_fix_that_never_settles_keeps_no_other_from_its_file() -> None:
    linter = Linter()
    linter.contents = {"a.py": b"load\nx = 1\nstuck\n"}
    seen = linter.findings

    def findings(contents: Mapping[str, bytes]) -> list[Finding]:
        at = contents["a.py"].decode().splitlines().index("stuck") + 1
        return [*seen(contents), finding(at, fix(insert(at + 1, "reset\n", 1)))]

    linter.findings = findings  # type: ignore[method-assign]
    fixed = fix_all(linter.contents, findings(linter.contents), linter.look, always, apply)
    assert fixed.changed == {"a.py": b"load\nreset\nx = 1\nstuck\n"}
    assert fixed.applied == {"a.py": 1}
    assert fixed.refused["a.py"].startswith("the fix for line 3 does not settle")


def test_only_allowed_fixes_are_applied() -> None:
    linter = Linter()
    fixed = fix_all(
        linter.contents, linter.findings(linter.contents), linter.look, lambda each: each.path == "b.py", apply
    )
    assert set(fixed.changed) == {"b.py"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nx\nb\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nx\r\nb\r\n"),
        (b"a\nb", b"a\nb\nx"),
        (b"caf\xe9\nb\n", b"caf\xe9\nx\nb\n"),
        (b"a\n\x0c\nb\n", b"a\n\x0c\nx\nb\n"),
    ],
)
def test_the_diff_is_a_patch_that_makes_the_new_file(tmp_path: Path, old: bytes, new: bytes) -> None:
    (tmp_path / "a.py").write_bytes(old)
    patch = unified_diff("a.py", old, new)
    assert patch.startswith(b"--- a.py\n+++ a.py\n@@ ")
    subprocess.run(["git", "apply", "-p0", "-"], input=patch, cwd=tmp_path, check=True)
    assert (tmp_path / "a.py").read_bytes() == new


def test_writing_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")
    file.chmod(0o751)
    assert write_file(str(file), b"old", b"new") is None
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o751
    assert os.listdir(tmp_path) == ["a.py"]


def test_writing_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    file = tmp_path / "real" / "a.py"
    file.write_bytes(b"old")
    link = tmp_path / "a.py"
    link.symlink_to(file)
    assert write_file(str(link), b"old", b"new") is None
    assert link.is_symlink()
    assert file.read_bytes() == b"new"


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"edited by someone")
    message = write_file(str(file), b"old", b"new")
    assert message is not None and "changed on disk" in message
    assert file.read_bytes() == b"edited by someone"


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path) -> None:
    message = write_file(str(tmp_path / "a.py"), b"old", b"new")
    assert message is not None and "no longer there" in message
    assert os.listdir(tmp_path) == []


def test_a_failure_while_writing_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.py"
    file.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert write_file(str(file), b"old", b"new") == "cannot write this file: No space left on device"
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.py"]
