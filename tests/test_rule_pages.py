"""The pages of the rules: equal to what the rules say of themselves, and every example in them does what it says."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from linting import lint

from lstm_lint.catalogue import Entry, catalogue, page
from lstm_lint.cli import main
from lstm_lint.rules import RULES, Rule

ROOT = Path(__file__).resolve().parents[1]
SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead", "Fix safety"]


def generator() -> ModuleType:
    """scripts/docs.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_generator", ROOT / "scripts" / "docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sections(rule: Rule) -> dict[str, str]:
    parts = re.split(r"^## (.*)$", rule.explanation, flags=re.MULTILINE)
    assert parts[0].strip() == ""
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def examples(text: str) -> list[str]:
    """The Python blocks of a page or a part of one."""
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def found(source: str) -> list[str]:
    linted = lint({"example.py": source.encode()})
    assert linted.problems == ()
    return [finding.code for finding in linted.findings]


def test_the_pages_are_what_the_rules_say() -> None:
    assert generator().differences() == {}, "run python scripts/docs.py"


def test_the_index_lists_every_code_once() -> None:
    index = (ROOT / "docs" / "rules" / "index.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\w+)\]\((\w+)\.md\)", index, flags=re.MULTILINE)
    assert listed == [(code, code) for code in catalogue()]


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)
def test_explain_prints_the_page(entry: Entry) -> None:
    printed = CliRunner().invoke(main, ["--explain", entry.code], catch_exceptions=False).output
    assert printed == page(entry) == (ROOT / "docs" / "rules" / f"{entry.code}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_everything_in_the_same_order(rule: Rule) -> None:
    parts = sections(rule)
    assert list(parts) == SECTIONS
    assert all(parts.values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_example_gives_the_finding_of_its_rule(rule: Rule) -> None:
    (source,) = examples(sections(rule)["Example"])
    ast.parse(source)
    assert found(source) == [rule.code]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_to_use_instead_gives_none(rule: Rule) -> None:
    (source,) = examples(sections(rule)["Use instead"])
    ast.parse(source)
    assert found(source) == []


def test_every_block_of_every_page_is_one_of_these() -> None:
    blocks = [block for entry in catalogue().values() for block in examples(page(entry))]
    assert len(blocks) == 2 * len(RULES)
    assert sum(page(entry).count("```") for entry in catalogue().values()) == 4 * len(RULES)
