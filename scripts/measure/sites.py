"""The labelled corpus: weight replacements in public code, and what a reader says of each."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure.releases import Package, Repository

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent.parent
MANIFESTS = ROOT / "corpus"
# From the worst to what has nothing to do with us.
LABELS = ("STALE", "PARTIAL", "STALE-BY-DESIGN", "RESET", "FRESH", "STATELESS-RNN", "NOT-RECURRENT")
# What has to be reported at warning or above.
WANTED = frozenset({"STALE", "PARTIAL"})
SPLITS = ("tune", "check")

Place = tuple[str, int]


class ManifestError(ValueError):
    """A manifest that cannot be used; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Site:
    """One weight replacement: where it stands, how a reader labels it, and why.

    ``also`` are other places where a report of the same defect is right. ``second`` is what another reader said, who
    knew neither label nor reason. ``gap`` says why the linter disagrees, where it does.
    """

    path: str
    line: int
    call: str
    label: str
    reason: str
    also: tuple[Place, ...] = ()
    second: str = ""
    gap: str = ""

    @property
    def places(self) -> frozenset[Place]:
        """Where a report of this site may stand."""
        return frozenset({(self.path, self.line), *self.also})

    @property
    def wanted(self) -> bool:
        """Whether the linter has to report it."""
        return self.label in WANTED


@dataclass(frozen=True, slots=True)
class Manifest:
    """The labelled sites of one release or repository."""

    name: str
    split: str
    source: Package | Repository
    sites: tuple[Site, ...]

    @property
    def version(self) -> str:
        """The release, or the commit cut short."""
        return self.source.version if isinstance(self.source, Package) else self.source.commit[:10]


def read_manifests(folder: Path = MANIFESTS) -> list[Manifest]:
    """All manifests by name; ManifestError for one that breaks the form."""
    return [read_manifest(path) for path in sorted(folder.glob("*.toml"))]


def read_manifest(path: Path) -> Manifest:
    """One manifest; ManifestError names the file and the entry that is wrong."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    where = path.name
    if table.get("split") not in SPLITS:
        raise ManifestError(f"{where}: split is {table.get('split')!r}; expected one of {', '.join(SPLITS)}")
    sites = tuple(_site(entry, f"{where}: site {number}") for number, entry in enumerate(table.get("site", ()), 1))
    places = [(site.path, site.line) for site in sites]
    if twice := {place for place in places if places.count(place) > 1}:
        raise ManifestError(f"{where}: labelled twice: {sorted(twice)}")
    return Manifest(table["name"], table["split"], _source(table, where), sites)


def _source(table: dict[str, Any], where: str) -> Package | Repository:
    if table.get("source") == "pypi":
        return Package(table["name"], table["version"], table.get("wheel", True))
    if table.get("source") == "github" and len(table["commit"]) == 40:
        return Repository(table["repository"], table["commit"])
    raise ManifestError(f"{where}: source is neither 'pypi' with a version nor 'github' with a whole commit")


def _site(entry: dict[str, Any], where: str) -> Site:
    needed, known = {"path", "line", "call", "label", "reason"}, set(Site.__dataclass_fields__)
    if needed - set(entry) or set(entry) - known:
        raise ManifestError(f"{where}: needs {', '.join(sorted(needed))} and has {', '.join(sorted(entry))}")
    for label in (entry["label"], entry.get("second", entry["label"])):
        if label not in LABELS:
            raise ManifestError(f"{where}: {label!r} is none of {', '.join(LABELS)}")
    also = tuple((place.rpartition(":")[0], int(place.rpartition(":")[2])) for place in entry.get("also", ()))
    return Site(**{**entry, "also": also})


def check_lines(manifest: Manifest, tree: Path) -> list[str]:
    """The sites whose line in the tree is not what the manifest says, in words."""
    wrong = []
    for site in manifest.sites:
        try:
            lines = (tree / site.path).read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            wrong.append(f"{manifest.name}: {site.path} is not there")
            continue
        text = lines[site.line - 1].strip() if site.line <= len(lines) else ""
        if not text.startswith(site.call[:40].rstrip(".…")):
            wrong.append(f"{manifest.name}: {site.path}:{site.line} is {text!r}, not {site.call!r}")
    return wrong
