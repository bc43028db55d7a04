"""docs/frameworks.md is what the tables of the vocabulary say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from lstm_lint.vocabulary import shipped

ROOT = Path(__file__).resolve().parents[1]


def generator() -> ModuleType:
    """scripts/frameworks.py as a module."""
    spec = importlib.util.spec_from_file_location("frameworks_page", ROOT / "scripts" / "frameworks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_tables_say() -> None:
    written = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
    assert written == generator().page(), "run python scripts/frameworks.py"


def test_every_library_and_every_state_is_on_the_page() -> None:
    text = generator().page()
    for table in shipped():
        rows = [row for row in table.klass if row.state and row.recurrent != "no"]
        if rows:
            assert f"\n## {table.library}\n" in text
        for row in rows:
            for state in row.state:
                assert f"`{state.slot}`" in text


def test_every_state_says_how_it_was_checked() -> None:
    unsaid = [row.names[0] for table in shipped() for row in table.klass if row.state and not row.verified]
    assert [name for name in unsaid if "(" not in name] == []


def test_a_table_of_a_package_names_the_version_that_was_looked_at() -> None:
    assert [table.library for table in shipped() if table.package and not table.version] == []
