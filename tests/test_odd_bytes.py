"""Unusual bytes: every one outside an edit stays, and what is inserted looks like what is around it."""

from __future__ import annotations

import ast
import codecs
import difflib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fixture_marks import FIXED, ODD
from linting import lint

from lstm_lint.model import Edit, Span
from lstm_lint.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = sorted(path.name for path in ODD.glob("*.py") if not path.name.endswith(FIXED))
FINDINGS = {
    "class_one_liner.py": 1,
    "comments_and_continuations.py": 4,
    "continued_import.py": 1,
    "import_after_docstring.py": 2,
    "import_is_there.py": 1,
    "import_not_into_type_checking.py": 1,
    "last_statement.py": 1,
    "one_line_suites.py": 4,
    "parenthesised_targets.py": 1,
    "semicolons.py": 2,
}


def text_of(name: str) -> str:
    """The text with plain newlines, whatever a checkout made of them."""
    return (ODD / name).read_text(encoding="utf-8")


def fixed_text_of(name: str) -> str:
    return text_of(name.removesuffix(".py") + FIXED)


def tabs(text: str) -> str:
    return re.sub(r"^(?:    )+", lambda found: "\t" * (len(found[0]) // 4), text, flags=re.MULTILINE)


def form_feeds(text: str) -> str:
    """With a form feed on a line of its own, and one before a statement."""
    text = re.sub(r"\n\n\n(?=class|def|@)", "\n\f\n", text)
    return re.sub(r"\n(?=(?:main\(|model = |from sb3|import torch))", "\n\f", text)


# What libcst refuses, or does not give back as it was, at the end of a file that is as it was before.
MIXED = "\ndef odd(x):\n  if x:\n\t    while x:\n\t    \tx()\n\t    x()\n  return x\n"
BLANK = "\ntry:\n    pass\nexcept (KeyError, ValueError) :\n    pass\nexcept TypeError \\\n :\n    pass\n"


def mixed(text: str) -> str:
    """With tabs and spaces as Python allows them: a level is deeper whatever a tab is worth."""
    levels = ("", "  ", "\t   ", "\t    \t", "\t    \t  ", "\t    \t  \t")
    return re.sub(r"^(?:    )+", lambda found: levels[len(found[0]) // 4], text, flags=re.MULTILINE) + MIXED


def backslashes(text: str) -> str:
    """With nothing but a backslash on lines before statements: these continue there, and their blanks count."""
    return re.sub(r"\n(?= *(?:main\(|model\.learn|model = ))", r"\n\\\n", text)


def latin_1(text: str) -> bytes:
    """With a cookie that says so, and letters that are one byte each before and behind a load."""
    text = text.replace("漢字", "ünïcödé")
    text = re.sub(r"(?=model\.learn\(10\)|model\.learn\(100\))", 'é = "ÿþ"; ', text)
    first, rest = (text.split("\n", 1)) if text.startswith("#!") else ("", text)
    if "coding: utf-8" in rest:
        rest = rest.replace("coding: utf-8", "coding: latin-1")
    else:
        rest = "# vim: set fileencoding=latin-1 :\n" + rest
    return (f"{first}\n{rest}" if first else rest).encode("latin-1")


def newlines(newline: str) -> Callable[[str], bytes]:
    return lambda text: text.replace("\n", newline).encode()


VARIANTS: dict[str, Callable[[str], bytes]] = {
    "lf": str.encode,
    "crlf": newlines("\r\n"),
    "cr": newlines("\r"),
    "bom": lambda text: codecs.BOM_UTF8 + text.encode(),
    "bom-crlf": lambda text: codecs.BOM_UTF8 + newlines("\r\n")(text),
    "bom-cr": lambda text: codecs.BOM_UTF8 + newlines("\r")(text),
    "no-final-newline": lambda text: text.removesuffix("\n").encode(),
    "crlf-no-final-newline": lambda text: newlines("\r\n")(text.removesuffix("\n")),
    "cr-no-final-newline": lambda text: newlines("\r")(text.removesuffix("\n")),
    "blank-lines-at-the-end": lambda text: (text + "\n\n  \n").encode(),
    "tabs": lambda text: tabs(text).encode(),
    "tabs-crlf": lambda text: newlines("\r\n")(tabs(text)),
    "form-feeds": lambda text: form_feeds(text).encode(),
    "form-feeds-cr": lambda text: newlines("\r")(form_feeds(text)),
    "mixed": lambda text: mixed(text).encode(),
    "mixed-crlf": lambda text: newlines("\r\n")(mixed(text)),
    "mixed-cr": lambda text: newlines("\r")(mixed(text)),
    "mixed-bom-form-feeds": lambda text: codecs.BOM_UTF8 + mixed(form_feeds(text)).encode(),
    "backslashes": lambda text: backslashes(text).encode(),
    "backslashes-mixed-crlf": lambda text: newlines("\r\n")(mixed(backslashes(text))),
    "blank-before-colon": lambda text: (text + BLANK).encode(),
    "blank-before-colon-mixed-cr": lambda text: newlines("\r")(text + BLANK + MIXED),
    "latin-1": latin_1,
    "latin-1-crlf": lambda text: latin_1(text).replace(b"\n", b"\r\n"),
    "latin-1-cr-no-final-newline": lambda text: latin_1(text).replace(b"\n", b"\r").removesuffix(b"\r"),
}

variants = pytest.mark.parametrize("variant", VARIANTS)
names = pytest.mark.parametrize("name", NAMES)


def test_every_odd_file_has_its_count_and_its_fixed_file() -> None:
    assert FINDINGS.keys() == set(NAMES)
    assert all((ODD / (Path(name).stem + FIXED)).is_file() for name in NAMES)


@names
@variants
def test_python_reads_each_variant_as_the_same_program(name: str, variant: str) -> None:
    if variant.startswith(("latin-1", "mixed", "backslashes-mixed", "blank-before")):
        compile(VARIANTS[variant](text_of(name)), name, "exec")
        return
    assert ast.dump(ast.parse(VARIANTS[variant](text_of(name)))) == ast.dump(ast.parse(text_of(name)))


@names
@variants
def test_fix_is_exact(name: str, variant: str) -> None:
    data = VARIANTS[variant](text_of(name))
    result = lint({name: data})
    assert result.problems == ()
    assert [(each.code, each.level.label) for each in result.findings if each.code != "RSH011"] == [
        ("RSH001", "error")
    ] * FINDINGS[name]
    assert result.fixed[name] == VARIANTS[variant](fixed_text_of(name))


@names
@variants
def test_a_second_fix_changes_nothing(name: str, variant: str) -> None:
    data = VARIANTS[variant](fixed_text_of(name))
    result = lint({name: data})
    assert [each for each in result.findings if each.code != "RSH011"] == []
    assert result.fixed[name] == data


@names
def test_findings_stand_at_the_same_place_in_each_variant(name: str) -> None:
    """Lines from 1 and columns in code points, whatever ends a line and however a letter is written."""
    expected = [each.span for each in lint({name: text_of(name).encode()}).findings]
    for variant in ("crlf", "cr", "bom", "bom-crlf", "no-final-newline", "blank-lines-at-the-end"):
        assert [each.span for each in lint({name: VARIANTS[variant](text_of(name))}).findings] == expected, variant


@names
def test_mixed_newlines_stay_as_they_are(name: str) -> None:
    lines = text_of(name).splitlines()
    data = b"".join(line.encode() + (b"\n", b"\r\n", b"\r\n")[number % 3] for number, line in enumerate(lines))
    fixed = lint({name: data}).fixed[name]
    assert ast.dump(ast.parse(fixed)) == ast.dump(ast.parse(fixed_text_of(name)))
    assert fixed.replace(b"\r\n", b"\n").decode() == fixed_text_of(name)
    old, new = data.splitlines(keepends=True), fixed.splitlines(keepends=True)
    edits = difflib.SequenceMatcher(None, [x.strip() for x in old], [x.strip() for x in new], False).get_opcodes()
    for _, start, end, first, last in edits:
        if end - start == last - first:
            assert [x.endswith(b"\r\n") for x in new[first:last]] == [x.endswith(b"\r\n") for x in old[start:end]]


SWAP = (
    "from sb3_contrib import RecurrentPPO",
    "from lstm_runtime import reset_lstm_states_to_initial",
    'runner = RecurrentPPO("MlpLstmPolicy", "Pendulum-v1")',
    "runner.learn(64)",
    'runner.set_parameters("rival.zip")',
    "runner.learn(64, reset_num_timesteps=False)",
)
FORGOTTEN = "reset_lstm_states_to_initial(runner)"


@pytest.mark.parametrize("odd", range(len(SWAP)))
@pytest.mark.parametrize(("usual", "other"), [("\r\n", "\n"), ("\n", "\r\n"), ("\n", "\r")])
def test_a_new_line_ends_as_the_one_it_follows(odd: int, usual: str, other: str) -> None:
    lines = [line + (other if number == odd else usual) for number, line in enumerate(SWAP)]
    new = [*lines[:5], FORGOTTEN + lines[4].removeprefix(SWAP[4]), *lines[5:]]
    assert lint({"p.py": "".join(lines).encode()}).fixed["p.py"] == "".join(new).encode()
    without = [line for number, line in enumerate(lines) if number != 1]
    new[1] = SWAP[1] + without[0].removeprefix(SWAP[0])
    assert lint({"p.py": "".join(without).encode()}).fixed["p.py"] == "".join(new).encode()


@pytest.mark.parametrize("indent", ["", "    ", "\t"])
@pytest.mark.parametrize("before", ["\f", "  \f", "\f\f"])
def test_a_form_feed_is_no_indentation(before: str, indent: str) -> None:
    head = "def compete(runner: RecurrentPPO):\n" if indent else ""
    body = SWAP[2:] if not indent else SWAP[3:]
    lines = [indent + line for line in body]
    at = lines.index(indent + SWAP[4])
    lines[at] = before + lines[at]
    new = [*lines[: at + 1], indent + FORGOTTEN, *lines[at + 1 :]]
    imports = "\n".join(SWAP[:2]) + "\n" + head
    fixed = lint({"p.py": (imports + "\n".join(lines) + "\n").encode()}).fixed["p.py"]
    ast.parse(fixed)
    assert fixed.decode() == imports + "\n".join(new) + "\n"


def test_comments_silence_among_tabs_and_spaces() -> None:
    body = [*SWAP[2:5], SWAP[5], *SWAP[4:]]
    body[2] += "  # lstm-lint: ignore[RSH001]"
    body.insert(4, "# lstm-lint: ignore[RSH001]")
    text = mixed("\n".join([*SWAP[:2], "def main():", *("    " + line for line in body), ""]))
    assert lint({"p.py": text.encode()}).findings == ()
    told = lint({"p.py": re.sub(r" *# lstm-lint: ignore\[RSH001\]", "", text).encode()}).findings
    lines = text.split("\n")
    assert [(each.code, each.span.line, each.span.column) for each in told] == [
        ("RSH001", number, 3) for number, line in enumerate(lines, 1) if "set_parameters" in line
    ]


@names
@variants
def test_source_gives_back_every_byte(name: str, variant: str) -> None:
    data = VARIANTS[variant](text_of(name))
    source = Source.from_bytes(name, data)
    assert source.apply([]) == data
    assert source.data == data
    assert not source.text.startswith("\ufeff")


@names
@variants
def test_source_knows_the_place_of_every_line(name: str, variant: str) -> None:
    source = Source.from_bytes(name, VARIANTS[variant](text_of(name)))
    lines = re.split(r"\r\n|\r|\n", source.text)
    assert len(source.line_starts) == len(lines)
    for number, line in enumerate(lines, start=1):
        assert source.line(number) == line
        assert source.position(source.offset(number, len(line) + 1)) == (number, len(line) + 1)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_an_edit_changes_its_own_bytes_only(newline: str, encoding: str) -> None:
    cookie = "latin-1" if encoding == "latin-1" else "utf-8"
    lines = [f"# coding: {cookie}", "é = 'ß'; load(é)  # ÿ", "\fuse(é)", ""]
    data = newline.join(lines).encode(encoding)
    at = lines[1].index(")") + 2
    edited = Source.from_bytes("x.py", data).apply([Edit(Span(2, at, 2, at), "; forget(é)")])
    lines[1] = "é = 'ß'; load(é); forget(é)  # ÿ"
    assert edited == newline.join(lines).encode(encoding)
    assert Source.from_bytes("x.py", data).newline == newline
