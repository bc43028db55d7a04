"""The labelled corpus can be read, and the score counts what it says it counts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from measure.releases import Package, Repository
from measure.rivals import grep
from measure.score import SILENT, Report, agreement, by_code, confusion, named_syncs, rates, score, unlabelled
from measure.sites import Manifest, ManifestError, Site, check_lines, read_manifest, read_manifests

MANIFESTS = read_manifests()


def site(line: int, label: str, also: tuple[tuple[str, int], ...] = (), second: str = "") -> Site:
    return Site("a.py", line, "net.load_state_dict(w)", label, "why", also, second)


def manifest(*sites: Site) -> Manifest:
    return Manifest("thing", "check", Package("thing", "1.0"), sites)


def test_the_manifests_hold_what_the_page_is_made_from() -> None:
    assert MANIFESTS, "no manifest was read"
    for each in MANIFESTS:
        assert each.sites, f"{each.name} has no site"
        assert isinstance(each.source, Package | Repository)


def test_an_alarm_counts_at_the_site_and_at_its_other_places() -> None:
    sites = manifest(site(1, "STALE", also=(("b.py", 9),)), site(2, "PARTIAL"), site(3, "FRESH"))
    scored = score(sites, [Report("b.py", 9, "RSH001", "error"), Report("a.py", 3, "RSH002", "warning")])
    assert [(each.saying, each.alarmed, each.agrees) for each in scored] == [
        ("RSH001 error", True, True),
        (SILENT, False, False),
        ("RSH002 warning", True, False),
    ]
    found = rates(scored)
    assert (found.wanted, found.found, found.others, found.wrong) == (2, 1, 1, 1)
    assert found.precision == "1/2 = 0.50"


def test_a_harmless_site_is_not_wrong_because_of_a_report_elsewhere() -> None:
    scored = score(manifest(site(1, "RESET", also=(("b.py", 9),))), [Report("b.py", 9, "RSH001", "error")])
    assert scored[0].agrees
    assert scored[0].saying == SILENT


def test_a_note_is_no_alarm() -> None:
    scored = score(manifest(site(1, "STALE"), site(2, "FRESH")), [Report("a.py", n, "RSH002", "note") for n in (1, 2)])
    assert [each.agrees for each in scored] == [False, True]


def test_the_strongest_report_of_a_line_is_the_one_that_counts() -> None:
    both = [Report("a.py", 1, "RSH003", "note"), Report("a.py", 1, "RSH001", "warning")]
    for reports in (both, both[::-1]):
        assert score(manifest(site(1, "STALE")), reports)[0].saying == "RSH001 warning"


def test_a_sync_by_design_is_named_by_its_own_code_only() -> None:
    sites = manifest(site(1, "STALE-BY-DESIGN"), site(2, "STALE-BY-DESIGN"))
    scored = score(sites, [Report("a.py", 1, "RSH003", "note"), Report("a.py", 2, "RSH011", "note")])
    assert named_syncs(scored) == "1/2 = 0.50"
    assert by_code(scored) == [("RSH003 note", 1, 1), ("RSH011 note", 1, 1)]
    assert confusion(scored)["STALE-BY-DESIGN"] == {"RSH003 note": 1, "RSH011 note": 1}


def test_alarms_at_no_site_are_listed() -> None:
    reports = [
        Report("a.py", 1, "RSH001", "error"),
        Report("c.py", 1, "RSH001", "error"),
        Report("c.py", 2, "RSH003", "note"),
    ]
    assert unlabelled(manifest(site(1, "FRESH")), reports) == [reports[1]]


def test_agreement_of_two_readers() -> None:
    sites = (site(1, "STALE", second="PARTIAL"), site(2, "FRESH", second="FRESH"), site(3, "RESET"))
    twice, alike, wanted, kappa = agreement([manifest(*sites)])
    assert (twice, alike, wanted) == (2, 1, 2)
    assert kappa == pytest.approx((0.5 - 0.25) / 0.75)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('name="x"\nsource="pypi"\nversion="1"\nsplit="both"', "split is 'both'"),
        ('name="x"\nsource="ftp"\nversion="1"\nsplit="tune"', "source is neither"),
        (
            'name="x"\nsource="pypi"\nversion="1"\nsplit="tune"\n'
            '[[site]]\npath="a.py"\nline=1\ncall="c"\nlabel="STAL"\nreason="r"',
            "'STAL' is none of",
        ),
        ('name="x"\nsource="pypi"\nversion="1"\nsplit="tune"\n[[site]]\npath="a.py"', "site 1: needs"),
    ],
)
def test_a_broken_manifest_says_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError, match=r"x\.toml: ") as caught:
        read_manifest(path)
    assert complaint in str(caught.value)


def test_a_label_whose_line_has_moved_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nnet.load_state_dict(w)\n", encoding="utf-8")
    assert check_lines(manifest(site(2, "FRESH")), tmp_path) == []
    assert check_lines(manifest(site(1, "FRESH")), tmp_path) == [
        "thing: a.py:1 is 'import torch', not 'net.load_state_dict(w)'"
    ]


def test_the_textual_baseline(tmp_path: Path) -> None:
    text = "# lstm\nnet.load_state_dict(w)\n" + "x = 1\n" * 12 + "net.load_state_dict(w)\nnet.reset()\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    (tmp_path / "plain.py").write_text("net.load_state_dict(w)\n", encoding="utf-8")
    assert [report.place for report in grep(tmp_path, ["a.py", "plain.py"])] == [("a.py", 2)]
