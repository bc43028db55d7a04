"""The labelled corpus: bring the code that its sites stand in, and score the linter on it.

    python scripts/corpus.py fetch      # the pinned releases from PyPI, the repositories at their commits
    python scripts/corpus.py score      # lint each, compare with the labels, print the tables
    python scripts/corpus.py score --write   # ... and put them into docs/accuracy.md

Nothing that is brought is run. What cannot be had here is named, and its sites are left out of the score. With a
`semgrep` on PATH the rule in corpus/semgrep.yml is scored beside ours, on the same files.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.accuracy import page
from measure.linting import answer
from measure.releases import UnavailableError, default_cache
from measure.rivals import grep, semgrep
from measure.score import Report, Scored, score, unlabelled
from measure.sites import ROOT, SPLITS, Manifest, check_lines, read_manifests

PAGE = ROOT / "docs" / "accuracy.md"
OUTSIDE = ROOT / "corpus" / "outside.md"
TIMEOUT = 400.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What the three said of one package's sites; ``rest`` are our alarms where no site is labelled."""

    manifest: Manifest
    ours: list[Scored]
    grep: list[Scored]
    semgrep: list[Scored] | None
    rest: list[Report]


def top(tree: Path) -> Path:
    """The folder that paths are relative to: below the single top folder of a source distribution."""
    inner = [each for each in tree.iterdir() if each.name != ".git"]
    return inner[0] if len(inner) == 1 and (inner[0] / "PKG-INFO").exists() else tree


def bring(manifests: list[Manifest], cache: Path) -> tuple[dict[str, Path], list[str]]:
    """The tree of each manifest by name, and what cannot be had, in words."""
    trees, missing = {}, []
    for manifest in manifests:
        print(f"{manifest.name} {manifest.version}", file=sys.stderr)
        try:
            trees[manifest.name] = top(manifest.source.fetch(cache))
        except UnavailableError as error:
            missing.append(f"{error}; its {len(manifest.sites)} sites are left out")
    return trees, missing


def answered(manifest: Manifest, tree: Path, limit: float, answers: Path | None) -> dict[str, Any] | None:
    """The linter's JSON; with a folder of answers, the one kept there, or kept there from now on."""
    if answers is None:
        return answer(tree, limit)
    kept = answers / f"{manifest.name.replace('/', '__')}-{manifest.version}.json"
    if not kept.exists():
        answers.mkdir(parents=True, exist_ok=True)
        found = answer(tree, limit)
        kept.write_text("" if found is None else json.dumps(found), encoding="utf-8")
    text = kept.read_text(encoding="utf-8")
    return json.loads(text) if text else None


def measure(manifest: Manifest, tree: Path, limit: float, answers: Path | None = None) -> Measured | None:
    """Lint one package and score what is said; None where the linter was stopped at the time limit."""
    found = answered(manifest, tree, limit, answers)
    if found is None:
        return None
    reports = [Report(each["path"], each["line"], each["code"], each["level"]) for each in found["findings"]]
    paths = {site.path for site in manifest.sites}
    by_semgrep = semgrep(tree, paths)
    return Measured(
        manifest,
        score(manifest, reports),
        score(manifest, grep(tree, paths)),
        None if by_semgrep is None else score(manifest, by_semgrep),
        unlabelled(manifest, reports),
    )


def options() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=("fetch", "score"))
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where the code is kept (%(default)s)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these packages only")
    parser.add_argument("--split", choices=SPLITS, help="this half only")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds for one package (%(default)s)")
    parser.add_argument("--jobs", type=int, default=2, help="packages linted at a time (%(default)s)")
    parser.add_argument("--answers", type=Path, help="keep the linter's JSON here, and take it from here")
    parser.add_argument("--write", action="store_true", help="write docs/accuracy.md")
    chosen = parser.parse_args()
    if chosen.write and (chosen.only or chosen.split):
        parser.error("--write needs the whole corpus")
    return chosen


def main() -> int:
    """Fetch or score; 1 when a label points at a line that is not there, or a package was not done in time."""
    chosen = options()
    wanted = [
        each
        for each in read_manifests()
        if (chosen.only is None or each.name in chosen.only) and chosen.split in (None, each.split)
    ]
    trees, missing = bring(wanted, chosen.cache.expanduser().resolve())
    here = [each for each in wanted if each.name in trees]
    wrong = [line for each in here for line in check_lines(each, trees[each.name])]
    for line in (*missing, *wrong):
        print(line, file=sys.stderr)
    if chosen.action == "fetch" or wrong:
        return 1 if wrong else 0
    with ThreadPoolExecutor(chosen.jobs) as pool:
        done = list(pool.map(lambda each: measure(each, trees[each.name], chosen.timeout, chosen.answers), here))
    stopped = [each.name for each, found in zip(here, done, strict=True) if found is None]
    text = page([found for found in done if found is not None], [*missing, *(f"{name}: stopped" for name in stopped)])
    print(text, end="")
    if chosen.write:
        read = OUTSIDE.read_text(encoding="utf-8") if OUTSIDE.exists() else ""
        PAGE.write_text(text + (f"\n{read}" if read else ""), encoding="utf-8")
    return 1 if stopped else 0


if __name__ == "__main__":
    raise SystemExit(main())
