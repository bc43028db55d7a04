"""Score the linter on programs that were written blind: by people who knew the defects and had not seen the linter.

    python scripts/programs.py first second

Each folder of `corpus/programs/` is one program; its `expect.toml` says what a careful reviewer would want reported, at
warning or above (a sync by design: as a note). `optional` reports count neither way.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from measure.linting import answer

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROGRAMS = Path(__file__).resolve().parent.parent / "corpus" / "programs"
# A report so many lines from the expected one is of the same statement.
NEAR = 1
TIMEOUT = 120.0
_STALE = frozenset({"RSH001", "RSH002"})
Said = tuple[str, int, str, str]


def said(folder: Path) -> list[Said]:
    """Path, line, code and level of each finding in a program, which is read without what lies around it here."""
    with tempfile.TemporaryDirectory() as home:
        found = answer(Path(shutil.copytree(folder, Path(home) / folder.name)), TIMEOUT)
    if found is None:
        raise SystemExit(f"{folder}: not done after {TIMEOUT:.0f} s")
    return [(each["path"], each["line"], each["code"], each["level"]) for each in found["findings"]]


def places(report: dict[str, Any]) -> set[tuple[str, int]]:
    """Where a report of the defect would be right."""
    own = {(report["file"], line) for line in (report["line"], *report.get("also", []))}
    return own | {(path, int(line)) for path, _, line in (each.rpartition(":") for each in report.get("also_at", []))}


def codes(report: dict[str, Any]) -> set[str]:
    """The codes under which it would be right. RSH001 and RSH002 differ in who is in view, not in what is wrong."""
    other = report.get("also_code", [])
    named = {report["code"], *([other] if isinstance(other, str) else other)}
    return named | _STALE if named & _STALE else named


def judge(folder: Path, findings: list[Said]) -> Counter[str]:
    """Count what was expected and found, and what was said without being expected; print the differences."""
    expected = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))
    count: Counter[str] = Counter(programs=1)
    right: set[Said] = set()
    for report in expected.get("report", []):
        near = [f for f in findings if any(f[0] == path and abs(f[1] - line) <= NEAR for path, line in places(report))]
        right |= set(near)
        loud = [f for f in near if f[2] in codes(report) and (f[3] != "note" or report["code"] == "RSH003")]
        if not report.get("optional"):
            count["expected"] += 1
            count["found"] += bool(loud)
            if not loud:
                print(f"missed  {folder.name} {report['code']} {report['file']}:{report['line']}: {report['why']}")
    for finding in findings:
        if finding[3] != "note" and finding not in right:
            count["false"] += 1
            print(f"false   {folder.name} {finding[2]} {finding[0]}:{finding[1]}")
    return count


def main() -> None:
    for name in sys.argv[1:] or ("first", "second"):
        folders = sorted(path.parent for path in (PROGRAMS / name).glob("*/expect.toml"))
        with ThreadPoolExecutor(2) as pool:
            every = list(pool.map(said, folders))
        by_label: dict[str, Counter[str]] = {}
        for folder, findings in zip(folders, every, strict=True):
            label = tomllib.loads((folder / "expect.toml").read_text(encoding="utf-8"))["label"]
            by_label.setdefault(label, Counter()).update(judge(folder, findings))
        print(f"\n{name}: label, programs, reports expected, found, false alarms")
        for label, count in sorted(by_label.items()):
            print(f"{label:15} {count['programs']:3} {count['expected']:3} {count['found']:3} {count['false']:3}")


if __name__ == "__main__":
    main()
