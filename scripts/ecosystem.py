"""Run lstm-lint over published reinforcement-learning packages and compare what it says with recorded verdicts.

``python scripts/ecosystem.py`` downloads pinned releases into a cache outside the repository, lints each one and prints
a report. ``--write`` puts the report into docs/ecosystem.md. Every finding but the harmless loads (RSH011) is looked up
in docs/ecosystem.toml, where it is written down whether it is true, with the reason; a finding nobody has judged is
listed, and makes the exit code 1. The same file names the stale loads we know of, so that the report says which of them
are missed.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.linting import answer
from measure.releases import Package, default_cache

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ROOT / "docs" / "ecosystem.toml"
REPORT = ROOT / "docs" / "ecosystem.md"
KINDS = ("true", "by-design", "false")
HALVES = ("tuned", "held out", "fresh")
# Said of loads that are harmless where they stand: counted in the table, not judged one by one.
UNJUDGED = frozenset({"RSH011"})
TIMEOUT = 120.0
PACKAGES = (
    Package("sb3-contrib", "2.9.2"),
    Package("stable-baselines3", "2.9.2"),
    Package("rl-games", "1.6.5"),
    Package("sample-factory", "2.1.1"),
    Package("skrl", "2.1.1"),
    Package("rsl-rl-lib", "5.5.1"),
    Package("pfrl", "0.4.0", wheel=False),
    Package("tianshou", "2.0.1"),
    Package("torchrl", "0.14.1"),
    Package("AgileRL", "2.58.0"),
    Package("DI-engine", "0.5.3"),
    Package("xuance", "1.4.4", wheel=False),
    Package("evotorch", "0.6.1"),
    Package("pufferlib", "2.0.2"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One finding of the linter, placed by the text of its line so that a verdict outlives small edits."""

    package: str
    path: str
    line: int
    code: str
    level: str
    text: str
    message: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What a verdict is looked up by."""
        return self.package, self.path, self.code, self.text


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided about a finding, and why."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """A stale load that reading the package turned up, whether or not the linter sees it."""

    package: str
    path: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository that was linted and read by hand: its findings by verdict, RSH011 left out.

    ``half`` is ``tuned`` (patterns were learnt from it), ``held out`` (run once, after the analysis was settled) or
    ``fresh`` (chosen later by somebody else, and run before anything was changed for it); ``missed`` counts stale loads
    that reading it turned up and that are not reported at warning or above, ``unreadable`` files that are no Python.
    """

    name: str
    commit: str
    half: str
    findings: str
    true: int
    design: int
    false: int
    missed: int
    why: str
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Records:
    """What docs/ecosystem.toml holds."""

    verdicts: dict[tuple[str, str, str, str], Verdict]
    known: tuple[Known, ...]
    repositories: tuple[Repository, ...] = ()
    measured: str = ""
    note: str = ""
    fresh: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The linter's answer for one package; no seconds when it was stopped at the time limit."""

    package: Package
    files: int
    seconds: float | None
    ledger: dict[str, int]
    findings: tuple[Said, ...]
    errors: tuple[str, ...]

    @property
    def judged(self) -> tuple[Said, ...]:
        """The findings that need a verdict."""
        return tuple(found for found in self.findings if found.code not in UNJUDGED)


def cpu_seconds() -> float:
    """What the processes we started and waited for have used so far: the clock would measure what else is running."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lint(package: Package, tree: Path, limit: float, answers: Path | None = None) -> Run:
    """Lint ``tree`` as a user would, from inside it, with every note shown and no configuration.

    With ``answers``, the linter's JSON is read from ``NAME-VERSION.json`` there where that has been made before; an
    empty one says that the linter was stopped.
    """
    made = answers / f"{package.name}-{package.version}.json" if answers is not None else None
    if made is not None and made.is_file():
        text = made.read_text(encoding="utf-8")
        if not text:
            return Run(package, count_files(tree), None, {}, (), ())
        return understood(package, tree, json.loads(text), math.nan)
    before = cpu_seconds()
    found = answer(tree, limit)
    if found is None:
        return Run(package, count_files(tree), None, {}, (), ())
    return understood(package, tree, found, cpu_seconds() - before)


def count_files(tree: Path) -> int:
    """The Python files of a release."""
    return sum(1 for _ in tree.rglob("*.py"))


def understood(package: Package, tree: Path, said_of_it: dict[str, Any], seconds: float) -> Run:
    """What the linter's JSON says; ``seconds`` is not a number where nobody took the time."""
    return Run(
        package=package,
        files=count_files(tree),
        seconds=seconds,
        ledger=said_of_it["summary"]["replacements"],
        findings=tuple(said(package, tree, found) for found in said_of_it["findings"]),
        errors=tuple(f"`{error['path']}`: {error['message']}" for error in said_of_it["errors"]),
    )


def said(package: Package, tree: Path, found: dict[str, Any]) -> Said:
    """A finding from the JSON, with the text of its line read back from the file."""
    lines = (tree / found["path"]).read_text(encoding="utf-8", errors="replace").splitlines()
    line = int(found["line"])
    return Said(
        package=package.name,
        path=found["path"],
        line=line,
        code=found["code"],
        level=found["level"],
        text=lines[line - 1].strip() if line <= len(lines) else "",
        message=found["message"],
    )


def read_records() -> Records:
    """The recorded verdicts and known stale loads; an entry with a key or a kind we do not know is an error."""
    table = tomllib.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}
    verdicts = {}
    for entry in table.get("verdict", ()):
        if set(entry) != {"package", "path", "code", "text", "verdict", "why"} or entry["verdict"] not in KINDS:
            raise SystemExit(f"{RECORDS}: not a verdict: {entry}")
        key = entry["package"], entry["path"], entry["code"], entry["text"]
        verdicts[key] = Verdict(entry["verdict"], entry["why"])
    for entry in table.get("stale", ()):
        if set(entry) != {"package", "path", "text", "why"}:
            raise SystemExit(f"{RECORDS}: not a stale load: {entry}")
    repositories = tuple(Repository(**entry) for entry in table.get("repository", ()))
    if odd := {each.half for each in repositories} - set(HALVES):
        raise SystemExit(f"{RECORDS}: not a half of the repositories: {', '.join(sorted(odd))}")
    known = tuple(Known(**entry) for entry in table.get("stale", ()))
    return Records(verdicts, known, repositories, *(str(table.get(key, "")) for key in ("measured", "note", "fresh")))


def markdown(runs: list[Run], records: Records, limit: float) -> str:
    """The report: what was run, a table of packages, every finding with its verdict, what is missed."""
    everything = [found for run in runs for found in run.judged]
    lines = [
        "# What lstm-lint says about published packages",
        "",
        "Made by `python scripts/ecosystem.py --write`, which downloads the releases below from PyPI (no dependencies,",
        "nothing of them is run) and lints each one alone with `--isolated --show note`. Verdicts come from reading",
        "the code around each finding and are kept in `ecosystem.toml`: **true** (the state outlives its weights),",
        "**by-design** (what the rule promises to say, harmless as the package uses it), **false**. Seconds are CPU",
        f"time on one machine; a package that is not done after {limit:.0f} seconds by the clock is not checked.",
        "",
        "| package | version | files | seconds | weight replacements on recurrent policies | findings | verdicts |",
        "|---|---|---:|---:|---|---|---|",
        *(package_row(run, records) for run in runs),
        "",
        *([records.note, ""] if records.note else []),
        f"Not false, of the findings judged: {precision(everything, records.verdicts)}.",
        "",
    ]
    for run in runs:
        if run.judged or run.errors:
            lines += [f"## {run.package.name} {run.package.version}", ""]
            lines += [finding_line(found, records.verdicts.get(found.key)) for found in run.judged]
            lines += [f"- not checked, {error}" for error in run.errors]
            lines.append("")
    return "\n".join(lines + missed(runs, records.known) + repositories(records)).rstrip() + "\n"


def repositories(records: Records) -> list[str]:
    """The public repositories that were read, and what came of the half that nothing was tuned on."""
    if not records.repositories:
        return []
    lines = [
        "## Public repositories",
        "",
        "User projects and research code, linted whole with `--isolated --show note`, findings read. The",
        "halves were drawn by the parity of a hash of the name before anything was run. One half taught the analysis",
        f"patterns, the other was run once, at the end: {records.measured}.",
        "",
    ]
    for half in HALVES:
        chosen = [each for each in records.repositories if each.half == half]
        good, design, false, broken, lost = (
            sum(getattr(each, field) for each in chosen)
            for field in ("true", "design", "false", "unreadable", "missed")
        )
        lines += [
            f"### {half.capitalize()}: {len(chosen)} repositories",
            "",
            *([records.fresh, ""] if half == "fresh" and records.fresh else []),
            f"{good} true, {design} by design, {false} false, {lost} stale loads missed; {broken} files unreadable.",
            "",
            "| repository | commit | findings | verdicts | missed |",
            "|---|---|---|---|---:|",
            *(repository_row(each) for each in chosen),
            "",
        ]
    return lines


def repository_row(entry: Repository) -> str:
    """One row of a table of repositories."""
    counts = (
        ("true", entry.true),
        ("by-design", entry.design),
        ("false", entry.false),
        ("unreadable", entry.unreadable),
    )
    verdicts = ", ".join(f"{count} {kind}" for kind, count in counts if count) or "none needed"
    why = f": {entry.why}" if entry.why else ""
    return f"| {entry.name} | {entry.commit[:10]} | {entry.findings or 'none'} | {verdicts}{why} | {entry.missed} |"


def missed(runs: list[Run], known: tuple[Known, ...]) -> list[str]:
    """The known stale loads of the packages that were run, and which of them the linter reports."""
    ran = {run.package.name for run in runs}
    places = {(found.package, found.path, found.text) for run in runs for found in run.judged}
    asked = [entry for entry in known if entry.package in ran]
    hits = {entry for entry in asked if (entry.package, entry.path, entry.text) in places}
    if not asked:
        return []
    return [
        "## Stale loads we know of",
        "",
        f"From reading these packages, by no means all there are; {len(hits)} of {len(asked)} are reported.",
        "",
        *(known_line(entry, entry in hits) for entry in asked),
        "",
    ]


def known_line(entry: Known, hit: bool) -> str:
    """One stale load we know of, and whether it is reported."""
    place = f"{entry.package}, `{entry.path}`: `{entry.text}`"
    return f"- {'reported' if hit else '**missed**'}: {place}. {entry.why}"


def package_row(run: Run, records: Records) -> str:
    """One row of the table of packages."""
    start = f"| {run.package.name} | {run.package.version} | {run.files} |"
    if run.seconds is None:
        return f"{start} stopped | not checked | | |"
    ledger = ", ".join(f"{value} {key.replace('_', ' ')}" for key, value in run.ledger.items() if value) or "none seen"
    counts = Counter(f"{found.code} {found.level}" for found in run.findings)
    findings = ", ".join(f"{counts[key]} {key}" for key in sorted(counts)) or "none"
    kinds = Counter(records.verdicts[found.key].kind for found in run.judged if found.key in records.verdicts)
    verdicts = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS if kinds[kind]) or "none needed"
    broken = f"; {len(run.errors)} files not checked" if run.errors else ""
    seconds = "" if math.isnan(run.seconds) else f"{run.seconds:.0f}"
    return f"{start} {seconds} | {ledger} | {findings}{broken} | {verdicts} |"


def finding_line(found: Said, verdict: Verdict | None) -> str:
    """One finding with its verdict."""
    decided = f"**{verdict.kind}**: {verdict.why}" if verdict else "**not judged yet**"
    return f"- `{found.path}:{found.line}` {found.code} {found.level}: `{found.text}`. {decided}"


def precision(findings: list[Said], verdicts: dict[tuple[str, str, str, str], Verdict]) -> str:
    """The share of judged findings that are not false, in words, per code."""
    good: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for found in findings:
        if verdict := verdicts.get(found.key):
            judged[found.code] += 1
            good[found.code] += verdict.kind != "false"
    return ", ".join(f"{code} {good[code]} of {judged[code]}" for code in sorted(judged)) or "there are none"


def options() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where releases are kept (%(default)s)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run these packages only")
    parser.add_argument("--answers", type=Path, help="take the linter's JSON from NAME-VERSION.json here where it is")
    parser.add_argument("--timeout", type=float, default=TIMEOUT, help="seconds for one package (%(default)s)")
    parser.add_argument("--write", action="store_true", help="write docs/ecosystem.md")
    chosen = parser.parse_args()
    known = {package.name for package in PACKAGES}
    if unknown := set(chosen.only or ()) - known:
        parser.error(f"unknown package {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    if chosen.write and chosen.only:
        parser.error("--write needs every package")
    return chosen


def main() -> int:
    """Run, print, compare; 1 when a finding has no verdict."""
    chosen = options()
    records = read_records()
    runs = []
    for package in PACKAGES:
        if chosen.only is None or package.name in chosen.only:
            print(f"{package.name} {package.version}", file=sys.stderr)
            tree = package.fetch(chosen.cache.expanduser().resolve())
            runs.append(lint(package, tree, chosen.timeout, chosen.answers))
    report = markdown(runs, records, chosen.timeout)
    print(report, end="")
    if chosen.write:
        REPORT.write_text(report, encoding="utf-8")
    found = {finding.key for run in runs for finding in run.judged}
    names = {run.package.name for run in runs if run.seconds is not None}
    for gone in sorted(key for key in records.verdicts if key[0] in names and key not in found):
        print(f"no longer found: {' | '.join(gone)}", file=sys.stderr)
    unjudged = sorted(found - records.verdicts.keys())
    for missing in unjudged:
        print(f"not judged: {' | '.join(missing)}", file=sys.stderr)
    return 1 if unjudged else 0


if __name__ == "__main__":
    raise SystemExit(main())
