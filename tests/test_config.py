"""The configuration: what is read, from which file, and how wrong ones are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from lstm_lint.config import Config, ConfigError, Settings, find_config, load_config
from lstm_lint.globs import matches
from lstm_lint.model import Finding, Level, Span
from lstm_lint.selection import Choice, check_selectors, resolve

CODES = ("RSH001", "RSH002", "RSH003", "RSH011", "RSH900", "RSH901", "RSH902", "RSH909")
NEVER_OFF = {"RSH900", "RSH909"}


def write(folder: Path, table: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(table, encoding="utf-8")
    return file


def finding(code: str, level: Level = Level.WARNING) -> Finding:
    return Finding(code, "name", level, "a.py", Span(1, 1, 1, 2), "message")


def test_no_file_is_the_default_configuration() -> None:
    assert load_config(None, CODES) == Config()


def test_every_key_is_read(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    file = write(
        tmp_path,
        """
[tool.lstm-lint]
select = ["RSH0"]
extend-select = ["RSH9"]
ignore = ["RSH002"]
exclude = ["old/**"]
roots = ["lib"]
fix-with = "inline"
reset-call = "mine.memory.clear"
assume-recurrent = ["*Player"]
[tool.lstm-lint.per-file-ignores]
"tests/*" = ["RSH001"]
[tool.lstm-lint.levels]
RSH003 = "warning"
RSH0 = "error"
[tool.lstm-lint.vocabulary]
class = [{name = "mine.Net"}]
""",
    )
    config = load_config(file, CODES)
    assert config.settings == Settings(
        assume_recurrent=("*Player",),
        fix_with="inline",
        reset_call="mine.memory.clear",
        vocabulary={"class": [{"name": "mine.Net"}]},
    )
    assert (config.select, config.extend_select, config.ignore) == (("RSH0",), ("RSH9",), ("RSH002",))
    assert (config.exclude, config.roots) == (("old/**",), ("lib",))
    assert config.per_file_ignores == (("tests/*", ("RSH001",)),)
    assert dict(config.levels) == {"RSH003": Level.WARNING, "RSH0": Level.ERROR}
    assert config.folder == tmp_path


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('selcet = ["RSH001"]', '[tool.lstm-lint] unknown key `selcet`; did you mean "select"?'),
        ("zzz = 1", "[tool.lstm-lint] unknown key `zzz`; known keys are "),
        ('select = "RSH001"', "[tool.lstm-lint] `select` must be a list of strings, not a string"),
        ('roots = ["pyproject.tom"]', '[tool.lstm-lint] `roots`: there is no folder "pyproject.tom" in .'),
        ("exclude = [1]", "[tool.lstm-lint] `exclude` must be a list of strings, not a list with an integer in it"),
        ('select = ["RSH07"]', '[tool.lstm-lint] `select`: unknown rule code "RSH07"; did you mean "RSH'),
        ('ignore = ["RHS002"]', '`ignore`: unknown rule code "RHS002"; did you mean "RSH002"?'),
        ('fix-with = "rest"', '`fix-with` must be "reset", "rewarm" or "inline", not "rest"; did you mean "reset"?'),
        ("fix-with = true", '`fix-with` must be "reset", "rewarm" or "inline", not a boolean'),
        ('reset-call = "reset"', '`reset-call` must be an import path such as "package.module.function", not "reset"'),
        ("reset-call = 3", "`reset-call` must be a string, not an integer"),
        ("vocabulary = []", "`vocabulary` must be a table, not a list"),
        ("[tool.lstm-lint.levels]\nRSH001 = 'eror'", "[tool.lstm-lint.levels] `RSH001` must be"),
        ("[tool.lstm-lint.levels]\nRSH077 = 'error'", '[tool.lstm-lint.levels] unknown rule code "RSH077"'),
        ("[tool.lstm-lint.per-file-ignores]\n'a.py' = ['X']", '`per-file-ignores.a.py`: unknown rule code "X"'),
    ],
)
def test_errors_name_file_table_and_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path, f"[tool.lstm-lint]\n{table}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file, CODES)
    assert str(caught.value).startswith("pyproject.toml: ")
    assert said in str(caught.value)


def test_a_toml_error_has_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write(tmp_path, '[tool.lstm-lint]\nselect = ["RSH001"\nfix-with = "reset"\n')
    with pytest.raises(ConfigError, match=r"^pyproject\.toml:3:1: TOML syntax error: "):
        load_config(file, CODES)


def test_a_toml_file_that_is_not_utf_8_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_bytes(b"[tool.lstm-lint]\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:2:1: not UTF-8"):
        load_config(file, CODES)


def test_what_should_be_our_table_and_is_none_is_said(tmp_path: Path) -> None:
    write(tmp_path, "tool.lstm-lint = 3\n")
    with pytest.raises(ConfigError, match=r"\[tool\] `lstm-lint` must be a table, not an integer"):
        find_config(tmp_path)


def test_a_given_file_needs_the_table(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no table \[tool\.lstm-lint\]"):
        load_config(write(tmp_path, "[tool.other]\n"), CODES)
    with pytest.raises(ConfigError, match="cannot read the configuration"):
        load_config(tmp_path / "missing.toml", CODES)


def test_the_nearest_file_with_our_table_is_found(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    ours = write(tmp_path, "[tool.lstm-lint]\n")
    write(tmp_path / "a", "[project]\nname = 'x'\n")
    write(inner, "this is [not toml")  # says nothing of us, so it is not our business
    assert find_config(inner) == ours
    nearer = write(tmp_path / "a", "[tool.lstm-lint]\n")
    assert find_config(inner) == nearer


def resolved(config: Config = Config(), **choice: tuple[str, ...]) -> set[str]:  # noqa: B008 - frozen
    return set(resolve(config, Choice(**choice), CODES).codes) - NEVER_OFF


EVERYTHING = set(CODES) - NEVER_OFF


def test_everything_is_selected_by_default() -> None:
    assert resolved() == EVERYTHING


def test_the_more_specific_selector_wins() -> None:
    assert resolved(Config(select=("RSH0",), ignore=("RSH01",), extend_select=("RSH011",))) == {
        "RSH001",
        "RSH002",
        "RSH003",
        "RSH011",
    }
    assert resolved(Config(select=("RSH001",), ignore=("RSH001",))) == set()


def test_select_on_the_command_line_starts_from_nothing() -> None:
    assert resolved(Config(ignore=("RSH001",)), select=("RSH001",)) == {"RSH001"}
    assert resolved(Config(select=("RSH003",)), extend_select=("RSH011",)) == {"RSH003", "RSH011"}
    assert resolved(Config(select=("RSH003",)), ignore=("RSH",)) == set()
    assert resolved(Config(ignore=("RSH",)), ignore=("RSH001",)) == set()


def test_an_unreadable_file_is_reported_unless_its_code_is_ignored_by_name() -> None:
    assert "RSH900" in resolve(Config(), Choice(select=("RSH001",)), CODES).codes
    assert "RSH900" in resolve(Config(ignore=("RSH9",)), Choice(), CODES).codes
    assert "RSH900" not in resolve(Config(), Choice(ignore=("RSH900",)), CODES).codes


def test_only_whole_codes_count_as_named() -> None:
    assert resolve(Config(extend_select=("RSH011",)), Choice(), CODES).named == {"RSH011"}
    assert resolve(Config(), Choice(select=("RSH01",)), CODES).named == frozenset()


def test_per_file_ignores_and_levels() -> None:
    config = Config(per_file_ignores=(("tests/*", ("RSH00",)),), levels=(("ALL", Level.NOTE), ("RSH003", Level.ERROR)))
    selection = resolve(config, Choice(), CODES)
    assert not selection.keeps(finding("RSH001"), "tests/test_a.py")
    assert selection.keeps(finding("RSH011"), "tests/test_a.py")
    assert selection.keeps(finding("RSH001"), "src/a.py")
    assert selection.levelled(finding("RSH003")).level is Level.ERROR
    assert selection.levelled(finding("RSH001")).level is Level.NOTE


def test_a_wrong_selector_on_the_command_line_names_the_option() -> None:
    with pytest.raises(ConfigError, match=r'--select: unknown rule code "RSH0001"; did you mean "RSH001"\?'):
        check_selectors("--select", ("RSH001", "RSH0001"), CODES)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a/b.py", True),
        ("old", "a/old/b.py", True),
        ("old", "a/older/b.py", False),
        ("a/old", "a/old/b.py", True),
        ("a/old/", "a/old/b.py", True),
        ("old/x.py", "a/old/x.py", False),
        ("**/old/*.py", "a/b/old/x.py", True),
        ("**/old/*.py", "old/x.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**", "a/b/c.py", True),
        ("./a/b.py", "a/b.py", True),
        ("test_[ab].py", "x/test_a.py", True),
        ("test_[!ab].py", "x/test_a.py", False),
        ("t?st.py", "test.py", True),
        ("a.py", "axpy", False),
    ],
)
def test_globs(pattern: str, path: str, expected: bool) -> None:
    assert matches(pattern, path) is expected
