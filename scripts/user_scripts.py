"""Score the rules on everyday scripts with a recurrent agent: public files, labelled by readers, not committed.

    python scripts/user_scripts.py fetch    # the files at their commits, from GitHub
    python scripts/user_scripts.py score    # lint each repository's files together, compare with the labels

`corpus/scripts/` names the files and says what a reader found in each: defects by code and line (`certain` where no
careful reader would argue), and places that look like one and are right. *tune* was used while the rules were written,
*check* was not looked at. What cannot be fetched is left out and named.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measure.linting import answer
from measure.notebooks import code_of
from measure.releases import Repository, UnavailableError, default_cache
from measure.sites import MANIFESTS, SPLITS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# A report so many lines from the label is of the same statement.
NEAR = 2
TIMEOUT = 120.0


def labelled(split: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The scripts of a half by repository and commit."""
    table = tomllib.loads((MANIFESTS / "scripts" / f"{split}.toml").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for script in table["script"]:
        found[script["repository"], script["commit"]].append(script)
    return found


def files_of(scripts: list[dict[str, Any]]) -> Iterator[str]:
    """The paths that the labels of a repository need."""
    for script in scripts:
        yield script["path"]
        yield from script.get("also", ())


def lint(tree: Path, scripts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings on the files that were labelled, together, notebooks as Python."""
    with tempfile.TemporaryDirectory(prefix="lstm-lint-") as folder:
        for path in files_of(scripts):
            source = tree / path
            target = Path(folder, "program", path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.suffix == ".ipynb":
                target.with_suffix(".py").write_text(code_of(source), encoding="utf-8")
            elif source.exists():
                shutil.copy(source, target)
        found = answer(Path(folder, "program"), TIMEOUT)
    return [] if found is None else [each for each in found["findings"] if each["level"] != "note"]


def judge(scripts: list[dict[str, Any]], findings: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    """Code, what the reader said, what became of it, and the place in words, for each label and each other finding."""
    left = list(findings)
    for script in scripts:
        path = script["path"].replace(".ipynb", ".py")
        for kind in ("defect", "right"):
            for label in script.get(kind, ()):
                near = [f for f in left if f["path"] == path and abs(f["line"] - label["line"]) <= NEAR]
                hit = [f for f in near if f["code"] == label["code"]] or (near if kind == "defect" else [])
                for each in hit:
                    left.remove(each)
                said = kind if kind == "right" else "defect" if label.get("certain", True) else "arguable"
                place = f"{script['repository']} {path}:{label['line']} `{label['call']}`: {label['reason']}"
                yield label["code"], said, "reported" if hit else "silent", place
    paths = {script["path"].replace(".ipynb", ".py") for script in scripts}
    for each in left:
        if each["path"] in paths and each["code"] < "RSH900":
            place = f"{scripts[0]['repository']} {each['path']}:{each['line']} {each['message']}"
            yield each["code"], "no label", "reported", place


def table(counts: Counter[tuple[str, str, str]]) -> Iterator[str]:
    """Markdown: one row a code."""
    yield "| code | defects found | arguable ones found | reported at right places | reported without a label |"
    yield "|---|---:|---:|---:|---:|"
    for code in sorted({key[0] for key in counts}):
        cells = []
        for said in ("defect", "arguable", "right"):
            reported = counts[code, said, "reported"]
            cells.append(f"{reported} of {reported + counts[code, said, 'silent']}")
        yield f"| {code} | {' | '.join(cells)} | {counts[code, 'no label', 'reported']} |"


def options() -> argparse.Namespace:
    """The parsed command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("action", choices=("fetch", "score"))
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where repositories are kept (%(default)s)")
    parser.add_argument("--split", choices=SPLITS, help="this half only")
    return parser.parse_args()


def main() -> int:
    """Fetch, and with ``score`` print for each half the table and every disagreement."""
    chosen = options()
    cache = chosen.cache.expanduser().resolve()
    for split in SPLITS:
        if chosen.split not in (None, split):
            continue
        counts: Counter[tuple[str, str, str]] = Counter()
        lines: list[str] = []
        read = 0
        for (name, commit), scripts in sorted(labelled(split).items()):
            try:
                tree = Repository(name, commit).fetch_files(cache, files_of(scripts))
            except UnavailableError as error:
                print(error, file=sys.stderr)
                continue
            read += len(scripts)
            for code, said, became, place in judge(scripts, lint(tree, scripts)) if chosen.action == "score" else ():
                counts[code, said, became] += 1
                if (said in ("defect", "arguable")) == (became == "silent"):
                    lines.append(f"- {code}, {said}, {became}: {place}")
        if chosen.action == "score":
            print(f"## {split.capitalize()}: {read} scripts\n", *table(counts), "", *sorted(lines), "", sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
