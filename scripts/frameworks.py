"""Write docs/frameworks.md, what the linter knows of each framework, from the tables of the vocabulary.

``python scripts/frameworks.py`` writes the page. With ``--check`` it changes nothing, and exits with 1 when the page is
not what it would be.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from lstm_lint.vocabulary import ClassRow, FunctionRow, MethodRow, StateRow, load_vocabulary, shipped
from lstm_lint.vocabulary.schema import LibraryTable

PAGE = Path(__file__).resolve().parents[1] / "docs" / "frameworks.md"
HEAD = """\
# Frameworks

What the linter knows of each framework: which classes carry a recurrent state and where, what replaces their weights,
what resets the state, and whether `--fix` writes the reset. The page is made from the tables that the linter reads
(`python scripts/frameworks.py`); [vocabulary.md](vocabulary.md) says how to add rows of your own.

*Fix*: **safe** is written by `--fix`, **unsafe** by `--fix --unsafe-fixes` (it does more than reset, or ends episodes),
**shown** is for you to write (which version is installed decides, or another process keeps the state). *Checked*:
**run** means that a test loads weights into a real object (of the first class of a row), looks at the state, resets it
and looks again; **read** means that the source was read. A state that depends on a configuration gives a warning, never
an error. What stands under *follows* comes from a learner in small steps and is only noted (RSH003).

"""
COLUMNS = ("class", "recurrent", "state, and whose weights drive it", "replaces", "follows", "resets", "fix", "checked")
APPLIES = {"safe": "safe", "unsafe": "unsafe", "display": "shown"}
RUNTIME = "`reset_lstm_states_to_initial(…)` of lstm-runtime"
VOCABULARY = load_vocabulary()


def page() -> str:
    """The whole text."""
    tables = sorted((table for table in shipped() if any(map(_tells, table.klass))), key=lambda t: t.library.lower())
    return HEAD + _overview(tables) + "".join(f"\n{_section(table)}" for table in tables)


def _overview(tables: list[LibraryTable]) -> str:
    lines = ["| framework | looked at | fix | checked |", "|---|---|---|---|"]
    for table in tables:
        rows = [row for row in table.klass if _states(row)]
        fixes = dict.fromkeys(_fix(row).partition(":")[0] for row in rows)
        checked = dict.fromkeys(row.verified or "read" for row in rows)
        looked = f"{table.package} {table.version}".strip() or "—"
        anchor = "".join(c for c in table.library.lower() if c.isalnum() or c in "-_")
        link = f"[{table.library}](#{anchor})"
        lines.append(f"| {link} | {looked} | {', '.join(fixes) or '—'} | {', '.join(sorted(checked)) or '—'} |")
    return "".join(f"{line}\n" for line in lines)


def _section(table: LibraryTable) -> str:
    lines = [f"## {table.library}", ""]
    looked = f"{table.package} {table.version}".strip()
    about = [f"Looked at: {looked}." if looked else "", _sentence(table.note)]
    lines += [" ".join(filter(None, about)), ""] if any(about) else []
    lines += [_line(COLUMNS), _line("---" for _ in COLUMNS)]
    lines += list(_rows(table))
    lines += [""]
    lines += [text for row in table.klass for text in _renamed(row)]
    lines += [f"- {_classes(row)}: {_sentence(row.note)}" for row in table.klass if row.note and _tells(row)]
    plain = [_classes(row) for row in table.klass if row.recurrent == "no" and not _tells(row)]
    lines += [f"- Not recurrent: {', '.join(plain)}."] if plain else []
    lines += [f"- {text}" for row in table.function for text in _function(row)]
    return "\n".join(lines).rstrip() + "\n"


def _rows(table: LibraryTable) -> Iterator[str]:
    """One line for all classes of which the same is said."""
    same: dict[tuple[str, ...], list[ClassRow]] = {}
    for row in filter(_tells, table.klass):
        same.setdefault(tuple(_cells(row)), []).append(row)
    for cells, rows in same.items():
        yield _line((_names([name for row in rows for name in _lasts(row)], 12), *cells))


def _renamed(row: ClassRow) -> Iterator[str]:
    others: dict[str, list[str]] = {}
    for old, attr in (row.aliases or {}).items():
        others.setdefault(attr, []).append(old)
    for attr, names in others.items():
        yield f"- `{attr}` of {_classes(row)} has other names as well: {_names(names, 6)}."


def _tells(row: ClassRow) -> bool:
    """Whether a row says more than that a class is there."""
    if row.recurrent == "no" and not any(method.on for method in row.method):
        return False
    return bool(_states(row) or row.recurrent == "yes" or any(_acts(method) for method in _methods(row)))


def _acts(method: MethodRow) -> bool:
    return method.replaces is not None or method.resets or bool(method.resets_where) or method.state is not None


def _cells(row: ClassRow) -> Iterator[str]:
    methods = _methods(row)
    swaps = [method for method in methods if method.replaces is not None and not method.sync]
    syncs = [method for method in methods if method.replaces is not None and method.sync]
    yield _recurrent(row)
    yield "<br>".join(_state(state) for state in _states(row)) or "none of its own"
    yield ", ".join(map(_replaced, swaps)) or "—"
    yield ", ".join(f"`{method.name}()`" for method in syncs) or "—"
    yield ", ".join(filter(None, map(_resets, methods))) or "—"
    yield _fix(row) if _states(row) else "—"
    yield row.verified or "—"


def _classes(row: ClassRow) -> str:
    return _names(_lasts(row), 6)


def _lasts(row: ClassRow) -> list[str]:
    """The last names of a class, the versions that have it behind them."""
    return [f"{last} {row.versions}".strip() for last in dict.fromkeys(_plain(row))]


def _names(names: list[str], most: int) -> str:
    """Names in code, a version behind a name left plain; of very many only the first."""
    shown = [f"`{name}`{f' ({rest})' if rest else ''}" for name, _, rest in (each.partition(" ") for each in names)]
    if len({rest for _, _, rest in (each.partition(" ") for each in names)}) == 1 and " " in names[0]:
        shown = [text.partition(" (")[0] for text in shown[:-1]] + shown[-1:]
    left = len(shown) - most
    return ", ".join(shown) if left <= 1 else f"{', '.join(shown[:most])} and {left} more"


def _plain(row: ClassRow) -> Iterator[str]:
    """The names of a row, without what stands in brackets behind one."""
    for name in row.names:
        yield name.partition("(")[0].rpartition(".")[2]


def _recurrent(row: ClassRow) -> str:
    if row.recurrent_if is not None:
        return f"with `{row.recurrent_if.argument}={row.recurrent_if.value!r}`"
    if row.recurrent == "unknown":
        unsure = any(state.strength != "proven" or state.if_recurrent for state in _states(row))
        return "as its network is" if unsure or not _states(row) else "yes"
    return row.recurrent


def _state(state: StateRow) -> str:
    driver = f", `{state.driven_by}`" if state.driven_by else ""
    when = state.only_when
    mode = f" (while `{when.attribute}` is {when.value})" if when is not None else ""
    return f"`{state.slot}`{driver}{mode}" + (f" ({state.versions})" if state.versions else "")


def _replaced(method: MethodRow) -> str:
    return f"`{method.name}()`" + (f" → `{method.replaces}`" if method.replaces else "")


def _resets(method: MethodRow) -> str:
    call = f"`{method.name}()`" if method.name != "__init__" else "making one"
    if method.on:
        call += f" (of `{method.on}`)"
    if method.resets_where:
        return f"{call} where " + " or ".join(f"`{each.argument}`" for each in method.resets_where)
    if not method.resets:
        return ""
    if method.unless is not None:
        return f"{call} unless `{method.unless.argument}={method.unless.value!r}`"
    if method.only_without is not None:
        return f"{call} without `{method.only_without.argument}`"
    if method.resets_with:
        return f"{call} with " + " or ".join(f"`{each.argument}={each.value}`" for each in method.resets_with)
    return call


def _fix(row: ClassRow) -> str:
    reset = next((each.reset for each in _lineage(row) if each.reset is not None), None)
    if reset is not None:
        text = "; ".join(reset.lines).replace(":; ", ": ")
        shown = " ".join(text.replace("{indent}", "").replace("{receiver}", "x").split())
        return f"{APPLIES[reset.applies]}: `{shown}`"
    alone = [m.name for m in _methods(row) if m.resets and not (m.uses or m.unless or m.resets_with)]
    if alone:
        return f"safe: `x.{alone[0]}()`"
    return f"safe: {RUNTIME}" if row.kind == "algorithm" else "none"


def _function(row: FunctionRow) -> Iterator[str]:
    name = f"`{row.names[0]}()`"
    if row.replaces is not None:
        yield f"{name} replaces the weights of `{row.replaces.argument}`."
    if row.resets is not None:
        yield f"{name} resets the states of `{row.resets.argument}`."
    if row.steps is not None:
        yield f"{name} goes on with the states of `{row.steps.argument}`."


def _lineage(row: ClassRow) -> tuple[ClassRow, ...]:
    return (row, *VOCABULARY.lineage(row.names[0])[1:])


def _states(row: ClassRow) -> list[StateRow]:
    if row.recurrent == "no":
        return []
    return list({(s.slot, s.driven_by): s for each in reversed(_lineage(row)) for s in each.state}.values())


def _methods(row: ClassRow) -> list[MethodRow]:
    """The methods of a class and of its bases, the nearest of each name."""
    found: dict[str, MethodRow] = {}
    for each in _lineage(row):
        for method in each.method:
            found.setdefault(method.name, method)
    return list(found.values())


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _line(cells: Iterator[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main(arguments: list[str]) -> int:
    """Write, or with ``--check`` only compare."""
    wanted = page()
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == wanted:
        return 0
    print("docs/frameworks.md: differs")
    if "--check" in arguments:
        return 1
    PAGE.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
