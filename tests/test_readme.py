"""README.md holds nothing that a command of ours does not reproduce, and the documents point to what is there."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config, ConfigError, load_config

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CONSOLE = re.findall(r"^```console\n\$ lstm-lint (.*)\n((?:.*\n)*?)```$", README, flags=re.MULTILINE)


def lstm_lint(*arguments: str) -> str:
    """What a terminal in the checkout shows, standard output first."""
    done = subprocess.run(
        [sys.executable, "-m", "lstm_lint", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode in (0, 1)
    return done.stdout


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def written(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_there_are_commands_to_compare() -> None:
    assert len(CONSOLE) == 3


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_terminal_shows_what_the_readme_shows(command: str, output: str) -> None:
    assert lstm_lint(*command.split()) == output


def test_the_set_up_commands() -> None:
    first, second = blocks("sh")
    assert first.rstrip().endswith(f"/lstm-lint {CONSOLE[0][0]}")
    assert second.splitlines()[-1] == "python -m pytest"
    # What .ci/run takes from here: one line that is nothing but the test command.
    assert len(re.findall(r"^ *(?:\$ )?(?:python -m )?pytest(?: .*)?$", README, flags=re.MULTILINE)) == 1


def test_the_rule_table_is_that_of_the_catalogue() -> None:
    spec = importlib.util.spec_from_file_location("docs_generator", ROOT / "scripts" / "docs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.table(list(catalogue().values()), "docs/rules/") in section("Rules")


def test_the_configuration_examples_are_read(tmp_path: Path) -> None:
    examples = blocks("toml")
    assert len(examples) == 2
    for example in examples:
        assert load_config(written(tmp_path, example), tuple(catalogue())) != Config()


def test_the_configuration_table_has_every_key_and_its_default(tmp_path: Path) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| .*? \| (.*?) \| ", section("Configuration"), flags=re.MULTILINE)
    with pytest.raises(ConfigError) as error:
        load_config(written(tmp_path, "[tool.lstm-lint]\nxyzzy = 1\n"), tuple(catalogue()))
    known = str(error.value).partition("known keys are ")[2].split(", ")
    assert sorted(key for key, _ in rows) == sorted(known)
    stated = "".join(f"{key} = {value.strip('`')}\n" for key, value in rows if value.startswith("`"))
    config = load_config(written(tmp_path, f"[tool.lstm-lint]\n{stated}"), tuple(catalogue()))
    default = Config()
    for name in ("select", "extend_select", "ignore", "per_file_ignores", "exclude", "roots", "levels"):
        assert getattr(config, name) == getattr(default, name), name
    assert config.settings == default.settings
    assert {key for key, value in rows if not value.startswith("`")} == {"roots", "reset-call"}


def test_the_json_block_names_every_key() -> None:
    (described,) = blocks("text")
    document = json.loads(lstm_lint("--output-format", "json", "examples/population"))
    (finding,) = document["findings"]
    keys = {*document, *finding, *finding["because"][0], *finding["fix"], *finding["fix"]["edits"][0]}
    keys |= {*document["summary"], *document["summary"]["replacements"]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", described)} == set()


def test_the_hooks_are_those_that_are_offered() -> None:
    (snippet,) = blocks("yaml")
    offered = re.findall(r"^- id: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), flags=re.MULTILINE)
    assert all(hook in snippet for hook in offered)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path) if path else document
        assert place.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)$", place.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, target
