"""The page docs/accuracy.md: the tables of the corpus, and each disagreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from measure.score import Report, Scored, agreement, by_code, confusion, named_syncs, rates
from measure.sites import SPLITS, Manifest

# A row of the first table: who, and its verdicts on one package (None: it was not run there).
_Tools = tuple[tuple[str, Callable[["Measured"], "list[Scored] | None"]], ...]


class Measured(Protocol):
    """What is known of one package; see scripts/corpus.py."""

    @property
    def manifest(self) -> Manifest: ...
    @property
    def ours(self) -> list[Scored]: ...
    @property
    def grep(self) -> list[Scored]: ...
    @property
    def semgrep(self) -> list[Scored] | None: ...
    @property
    def rest(self) -> list[Report]: ...


TOOLS: _Tools = (
    ("lstm-lint", lambda found: found.ours),
    ("grep", lambda found: found.grep),
    ("Semgrep", lambda found: found.semgrep),
)

INTRODUCTION = """\
# How accurate lstm-lint is on code that it was not written for

Made by `python scripts/corpus.py score --write`. `corpus/` labels weight replacements in released packages and public
repositories, each read and followed by a person's standards: who carries a state, who replaces the weights, what is
called next. The packages of *tune* were looked at while the linter was built. Among them are six earlier *checks*,
used up since: 51 packages, scored once at ab36a88 (0 of 17 stale or partial loads found, 1 alarm at 566 other sites,
RSH003 at 8 of 50 syncs), 77, scored once at ba6e629 (5 of 18, 2 at 532, 27 of 45), 54, scored once at 5326cd0 (4 of
10, 4 at 366, 6 of 25), 49, scored once at 49a172b (1 of 12, 4 at 548, 3 of 19), 45, scored once at 88ba5a0 (5 of 18,
3 at 521, 5 of 24), and 46, scored once at 3e40c9a (0 of 1, 3 at 365, 33 of 47). The *check* of today was chosen and
labelled by readers who had not run the linter, and scored once with the code of commit 6a44f74; nobody had run it on
them. They were searched for syncs over a carried state, self-play, leagues, rollbacks and hot reloads.

An *alarm* is RSH001 or RSH002 at warning or above; what counts as stale are the labels STALE and PARTIAL. *grep* is
`load_state_dict` in a file that says lstm, gru, rnn or recurrent, with no word of a reset in the ten lines below.
*Semgrep* is the rule in corpus/semgrep.yml, run by Semgrep itself on the same files.
"""


def page(found: Sequence[Measured], missing: Sequence[str]) -> str:
    """The whole page but for the verdicts on repositories outside the corpus."""
    lines = [INTRODUCTION, *_packages(found), *_twice(found)]
    for split in SPLITS:
        chosen = [each for each in found if each.manifest.split == split]
        if chosen:
            lines += [f"## {split.capitalize()}: {len(chosen)} packages", "", *_split(chosen)]
    if missing:
        lines += ["## Not measured here", "", *(f"- {each}" for each in missing), ""]
    return "\n".join(lines).rstrip() + "\n"


def _packages(found: Sequence[Measured]) -> list[str]:
    sites = sum(len(each.manifest.sites) for each in found)
    lines = [f"{sites} sites in {len(found)} packages and repositories:", ""]
    lines += ["| package | version or commit | half | sites | stale or partial | alarms at no labelled site |"]
    lines += ["|---|---|---|---:|---:|---:|"]
    for each in found:
        manifest = each.manifest
        stale = sum(site.wanted for site in manifest.sites)
        row = (manifest.name, manifest.version, manifest.split, len(manifest.sites), stale, len(each.rest))
        lines.append(f"| {' | '.join(map(str, row))} |")
    return [*lines, ""]


def _twice(found: Sequence[Measured]) -> list[str]:
    twice, alike, wanted, kappa = agreement(each.manifest for each in found)
    if not twice:
        return []
    return [
        f"A second reader, who saw neither labels nor reasons, read {twice} of them: {alike} labelled alike (Cohen's",
        f"kappa {kappa:.2f}), {wanted} alike in whether the site is stale or partial.",
        "",
    ]


def _split(found: Sequence[Measured]) -> list[str]:
    ours = [each for package in found for each in package.ours]
    lines = ["| | precision of alarms | stale and partial found | alarms at other sites |", "|---|---|---|---|"]
    for name, of in TOOLS:
        answers = [of(package) for package in found]
        if any(answer is None for answer in answers):
            lines.append(f"| {name} | not run | | |")
            continue
        reached = rates(each for answer in answers if answer is not None for each in answer)
        lines.append(f"| {name} | {reached.precision} | {reached.recall} | {reached.false_alarms} |")
    lines += ["", f"RSH003 names {named_syncs(ours)} of the syncs by design.", ""]
    return [*lines, *_codes(ours), *_confusion(ours), *_disagreements(ours), *_rest(found)]


def _codes(scored: Iterable[Scored]) -> list[str]:
    lines = ["| said | right to say | rate |", "|---|---:|---:|"]
    for key, right, said in by_code(scored):
        lines.append(f"| {key} | {right} of {said} | {right / said:.2f} |")
    return [*lines, ""]


def _confusion(scored: Iterable[Scored]) -> list[str]:
    table = confusion(scored)
    columns = sorted({saying for counts in table.values() for saying in counts})
    lines = [f"| label | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for label, counts in table.items():
        lines.append(f"| {label} | {' | '.join(str(counts[column] or '') for column in columns)} |")
    return [*lines, ""]


def _disagreements(scored: Iterable[Scored]) -> list[str]:
    wrong = [each for each in scored if not each.agrees]
    if not wrong:
        return ["No disagreement.", ""]
    lines = ["Disagreements:", ""]
    for each in sorted(wrong, key=lambda each: (not each.site.wanted, each.package, each.site.path, each.site.line)):
        site = each.site
        verb = "missed" if site.wanted else "wrongly reported"
        why = site.gap or "not explained yet"
        said = "" if each.saying == "silent" else f" ({each.saying})"
        lines.append(f"- **{verb}**{said} {each.package} `{site.path}:{site.line}` `{site.call}`, {site.label}.")
        lines.append(f"  {site.reason.rstrip('.')}. Why: {why}")
    return [*lines, ""]


def _rest(found: Sequence[Measured]) -> list[str]:
    lines = [
        f"- {each.manifest.name} `{report.path}:{report.line}` {report.code} {report.level}"
        for each in found
        for report in each.rest
    ]
    return ["Alarms where no site is labelled:", "", *lines, ""] if lines else []
