"""Write the pages of the rules, docs/rules/RSH001.md and so on, and their index, from what the rules say of themselves.

``python scripts/docs.py`` writes the pages and removes those of codes that are no more. With ``--check`` it changes
nothing, and exits with 1 when a page is not what it would be.
"""

from __future__ import annotations

import sys
from pathlib import Path

from lstm_lint.catalogue import Entry, catalogue, page

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "rules"
HEAD = """\
# Rules

`lstm-lint --explain CODE` prints the page of a rule, `lstm-lint --list-rules` lists them all.

"""
TAIL = """\

**Levels.** An *error* was seen in full: the receiver is known to be recurrent, its state was carried before, and a call
uses it afterwards. A *warning* has one inferred link, or the state leaves the code that was read before anything uses
it. A *note* is true but harmless, or cannot be decided; notes fail no run unless `--fail-level note` is given.

RSH9xx are about the input and the comments, not about a policy.
"""


def pages() -> dict[str, str]:
    """The text of every page by file name."""
    entries = catalogue().values()
    return {"index.md": HEAD + table(list(entries)) + TAIL} | {f"{entry.code}.md": page(entry) for entry in entries}


def table(entries: list[Entry], folder: str = "") -> str:
    """All rules as a Markdown table; links go to pages in ``folder``."""
    rows = ["| code | name | level | fix | what it reports |", "|---|---|---|---|---|"]
    for entry in entries:
        link = f"[{entry.code}]({folder}{entry.code}.md)"
        rows.append(f"| {link} | {entry.name} | {entry.default_level} | {entry.fixable} | {entry.summary} |")
    return "".join(f"{row}\n" for row in rows)


def differences() -> dict[str, str | None]:
    """The files that are not as they should be, and what they should hold; None for a file that should not be there."""
    wanted: dict[str, str | None] = dict(pages())
    wanted |= {path.name: None for path in FOLDER.glob("*.md") if path.name not in wanted}
    return {name: text for name, text in wanted.items() if text != _held(FOLDER / name)}


def _held(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: list[str]) -> int:
    """Write, or with ``--check`` only compare."""
    different = differences()
    for name, text in different.items():
        print(f"docs/rules/{name}: {'not wanted' if text is None else 'differs'}")
        if "--check" in arguments:
            continue
        FOLDER.mkdir(parents=True, exist_ok=True)
        if text is None:
            (FOLDER / name).unlink()
        else:
            (FOLDER / name).write_text(text, encoding="utf-8")
    return 1 if different and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
