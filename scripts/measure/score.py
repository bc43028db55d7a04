"""Comparing what a tool reports with the labels: counts, rates, and every disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from measure.sites import LABELS, Manifest, Place, Site

# The codes that say a state goes stale; the others say why a replacement is harmless, or that nobody can tell.
DEFECT = ("RSH001", "RSH002")
SYNC = "RSH003"
SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Report:
    """One finding of a tool."""

    path: str
    line: int
    code: str
    level: str

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.path, self.line

    @property
    def alarms(self) -> bool:
        """Whether it tells the user, without being asked, that a state goes stale."""
        return self.code in DEFECT and self.level != "note"


@dataclass(frozen=True, slots=True)
class Scored:
    """A labelled site and what was said of it; ``saying`` is the strongest report, or silent."""

    package: str
    site: Site
    saying: str
    alarmed: bool

    @property
    def agrees(self) -> bool:
        """Whether a stale load alarms and any other does not."""
        return self.alarmed == self.site.wanted


def score(manifest: Manifest, reports: Sequence[Report]) -> list[Scored]:
    """Each site of a package with the reports that stand where one of it may stand."""
    return [_scored(manifest.name, site, reports) for site in manifest.sites]


def _scored(package: str, site: Site, reports: Sequence[Report]) -> Scored:
    # A report at another place of the defect counts where one is wanted; a harmless site has its own line only.
    places = site.places if site.wanted else {(site.path, site.line)}
    here = [report for report in reports if report.place in places]
    if not here:
        return Scored(package, site, SILENT, False)
    strongest = min(here, key=lambda report: (not report.alarms, report.code))
    return Scored(package, site, f"{strongest.code} {strongest.level}", strongest.alarms)


def unlabelled(manifest: Manifest, reports: Sequence[Report]) -> list[Report]:
    """The alarms where no site is labelled: they need a reader."""
    known = {place for site in manifest.sites for place in site.places}
    return [report for report in reports if report.alarms and report.place not in known]


@dataclass(frozen=True, slots=True)
class Rates:
    """How a tool did on some sites."""

    wanted: int
    found: int
    others: int
    wrong: int

    @property
    def precision(self) -> str:
        """Of what it reported, the share that is stale."""
        return _share(self.found, self.found + self.wrong)

    @property
    def recall(self) -> str:
        """Of what is stale, the share that it reported."""
        return _share(self.found, self.wanted)

    @property
    def false_alarms(self) -> str:
        """Of what is not stale, the share that it reported."""
        return _share(self.wrong, self.others)


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.2f}" if whole else "0/0"


def rates(scored: Iterable[Scored]) -> Rates:
    """The counts behind the rates."""
    scored = list(scored)
    wanted = [each for each in scored if each.site.wanted]
    others = [each for each in scored if not each.site.wanted]
    return Rates(len(wanted), sum(e.alarmed for e in wanted), len(others), sum(e.alarmed for e in others))


def by_code(scored: Iterable[Scored]) -> list[tuple[str, int, int]]:
    """For each code and level that was said of a site: how often, and how often it was right to say it.

    An alarm is right at a stale load. RSH003 is right at a sync by design, or at a stale load that it at least names.
    The notes that say a load is harmless are right wherever it is not stale.
    """
    said: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for each in scored:
        if each.saying == SILENT:
            continue
        said[each.saying] += 1
        code = each.saying.partition(" ")[0]
        if each.alarmed or (code in DEFECT):
            right[each.saying] += each.site.wanted
        elif code == SYNC:
            right[each.saying] += each.site.wanted or each.site.label == "STALE-BY-DESIGN"
        else:
            right[each.saying] += not each.site.wanted
    return [(key, right[key], said[key]) for key in sorted(said)]


def confusion(scored: Iterable[Scored]) -> dict[str, Counter[str]]:
    """What was said of the sites of each label, labels in their order."""
    table: dict[str, Counter[str]] = {label: Counter() for label in LABELS}
    for each in scored:
        table[each.site.label][each.saying] += 1
    return table


def named_syncs(scored: Iterable[Scored]) -> str:
    """Of the syncs by design, the share that RSH003 names."""
    syncs = [each for each in scored if each.site.label == "STALE-BY-DESIGN"]
    return _share(sum(each.saying.startswith(SYNC) for each in syncs), len(syncs))


def agreement(manifests: Iterable[Manifest]) -> tuple[int, int, int, float]:
    """Sites read twice, those labelled alike, those alike in whether to alarm, and Cohen's kappa of the labels."""
    twice = [site for manifest in manifests for site in manifest.sites if site.second]
    if not twice:
        return 0, 0, 0, 0.0
    alike = sum(site.label == site.second for site in twice)
    wanted = sum(site.wanted == (site.second in ("STALE", "PARTIAL")) for site in twice)
    first, second = Counter(site.label for site in twice), Counter(site.second for site in twice)
    chance = sum(first[label] * second[label] for label in LABELS) / len(twice) ** 2
    kappa = (alike / len(twice) - chance) / (1 - chance) if chance < 1 else 1.0
    return len(twice), alike, wanted, kappa
