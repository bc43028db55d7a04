"""The command as users meet it: what it prints where, what it writes, and how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import lstm_lint
from lstm_lint.cli import main

STALE = """\
from sb3_contrib import RecurrentPPO

model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
model.learn(1000)
model.set_parameters("donor.zip")
model.learn(1000, reset_num_timesteps=False)
"""
FIXED = """\
from sb3_contrib import RecurrentPPO
from lstm_runtime import reset_lstm_states_to_initial

model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
model.learn(1000)
model.set_parameters("donor.zip")
reset_lstm_states_to_initial(model)
model.learn(1000, reset_num_timesteps=False)
"""
HARMLESS = STALE.replace(", reset_num_timesteps=False", "")
CLEAN = "print('nothing to see')\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project as working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "LSTM_LINT_PREFILTER"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())
    return file


def lint(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(Path(lstm_lint.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-m", "lstm_lint", *arguments], env=environment, capture_output=True, text=True, **options
    )  # type: ignore[call-overload, no-any-return]


def codes(*arguments: str) -> list[str]:
    return [each["code"] for each in json.loads(lint("--output-format=json", *arguments).stdout)["findings"]]


def test_a_finding_goes_to_stdout_and_the_exit_code_is_1() -> None:
    write("train.py", STALE)
    done = command(".")
    assert done.returncode == 1
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0].startswith("train.py:5:1: error RSH001 [stale-state-after-load] ")
    assert lines[1:4] == ["  |", '5 | model.set_parameters("donor.zip")', f"  | {'^' * 33}"]
    assert lines[-1] == "1 weight replacement on recurrent policies: 1 stale"


def test_a_clean_file_leaves_the_ledger_and_0() -> None:
    write("clean.py", CLEAN)
    done = lint("clean.py")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "0 weight replacements on recurrent policies\n"


def test_no_python_files_is_said_on_stderr() -> None:
    write("notes.txt", "hello")
    done = lint()
    assert done.exit_code == 0
    assert "no Python files found" in done.stderr
    assert "no Python files" not in done.stdout


def test_a_missing_path_is_2_and_the_others_are_still_checked() -> None:
    write("train.py", STALE)
    done = lint("missing.py", "train.py")
    assert done.exit_code == 2
    assert "missing.py: no such file or folder" in done.stderr
    assert "RSH001" in done.stdout


@pytest.mark.parametrize(
    ("path", "said"), [("", "an empty path names nothing"), ("play.ipynb", "play.ipynb: a notebook is not read")]
)
def test_a_path_that_cannot_be_checked_is_2(path: str, said: str) -> None:
    write("train.py", STALE)
    write("play.ipynb", '{"cells": [{"cell_type": "code", "source": ["model.load_state_dict(x)"]}], "nbformat": 4}')
    done = lint(path, "train.py")
    assert done.exit_code == 2
    assert said in done.stderr
    assert "RSH001" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("--no-such-option",),
        ("--select", "RSH777"),
        ("--select", ""),
        ("--extend-select", " , "),
        ("--fail-level", "fatal"),
        ("--statistics", "--output-format", "sarif"),
    ],
)
def test_wrong_options_are_2(arguments: tuple[str, ...]) -> None:
    write("train.py", STALE)
    done = lint(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr


def test_a_wrong_configuration_is_2_and_says_where() -> None:
    write("train.py", STALE)
    write("pyproject.toml", '[tool.lstm-lint]\nselekt = ["RSH001"]\n')
    done = lint()
    assert done.exit_code == 2
    assert 'pyproject.toml: [tool.lstm-lint] unknown key `selekt`; did you mean "select"?' in done.stderr
    assert lint("--isolated").exit_code == 1
    write("pyproject.toml", "[tool.lstm-lint.vocabulary]\nklas = 1\n")
    done = lint()
    assert done.exit_code == 2
    assert done.stderr.startswith("lstm-lint: error: pyproject.toml: ")
    assert "klas" in done.stderr


def test_select_ignore_and_configuration() -> None:
    write("train.py", STALE)
    assert codes() == ["RSH001"]
    assert codes("--ignore", "RSH001") == []
    assert codes("--select", "RSH002,RSH003") == []
    write("pyproject.toml", '[tool.lstm-lint]\nignore = ["RSH0"]\n')
    assert codes() == []
    assert codes("--extend-select", "RSH001") == ["RSH001"]
    assert codes("--isolated") == ["RSH001"]
    write("other.toml", '[tool.lstm-lint]\nper-file-ignores = {"tr*.py" = ["RSH001"]}\n')
    assert codes("--config", "other.toml") == []
    assert lint("--config", "other.toml", "--isolated").exit_code == 2


def test_what_is_excluded_is_checked_when_it_is_named_unless_force_exclude_says_not() -> None:
    """pre-commit names every file, also those that the configuration excludes."""
    write("pyproject.toml", '[tool.lstm-lint]\nexclude = ["old/**"]\n')
    for name in ("old/train.py", "build/train.py", "train.py"):
        write(name, STALE)
    names = ("old/train.py", "build/train.py", "train.py")
    assert len(codes(*names)) == 3
    assert codes(".") == codes("--force-exclude", *names) == ["RSH001"]
    done = lint("--force-exclude", "old/train.py")
    assert (done.exit_code, done.stderr) == (0, "lstm-lint: warning: no Python files found under the given paths\n")


def test_fail_level_show_and_exit_zero() -> None:
    write("fresh.py", HARMLESS)
    assert codes() == ["RSH011"]
    done = lint()
    assert (done.exit_code, done.stdout) == (
        0,
        "1 weight replacement on recurrent policies: 1 harmless (--show note)\n",
    )
    assert "note RSH011" in lint("--show", "note").stdout
    assert lint("--fail-level", "note").exit_code == 1
    write("fresh.py", STALE)
    assert lint("--exit-zero").exit_code == 0
    assert lint("--exit-zero", "missing.py").exit_code == 2
    write("pyproject.toml", '[tool.lstm-lint.levels]\nRSH001 = "note"\n')
    assert lint().exit_code == 0


def test_fix_writes_the_file_and_a_second_time_changes_nothing() -> None:
    file = write("train.py", STALE)
    file.chmod(0o755)
    done = lint("--fix")
    assert file.read_text(encoding="utf-8") == FIXED
    assert file.stat().st_mode & 0o777 == 0o755
    assert done.exit_code == 0
    assert "Fixed 1 finding in 1 file." in done.stderr
    assert "1 file now imports lstm_runtime: pip install lstm-runtime" in done.stderr
    assert done.stdout == "1 weight replacement on recurrent policies: 1 reset\n"
    before = file.stat().st_mtime_ns
    done = lint("--fix")
    assert (done.exit_code, done.stderr) == (0, "")
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_fix_keeps_newlines_and_the_byte_order_mark(newline: str, mark: str) -> None:
    file = write("train.py", mark + STALE.replace("\n", newline))
    lint("--fix")
    assert file.read_bytes().decode() == mark + FIXED.replace("\n", newline)


def test_diff_prints_a_patch_and_writes_nothing() -> None:
    file = write("train.py", STALE)
    done = command("--diff", ".")
    assert done.returncode == 1
    assert file.read_text(encoding="utf-8") == STALE
    assert "Would fix 1 finding in 1 file." in done.stderr
    subprocess.run(["git", "apply", "-p0", "-"], input=done.stdout.encode(), check=True)
    assert file.read_text(encoding="utf-8") == FIXED
    assert command("--diff", ".").stdout == ""


def test_diff_exits_as_that_of_ruff_does() -> None:
    """1 when there is something to change, whatever else was found; the job not done is still 2."""
    stuck = STALE.replace("model.set_parameters", "for _ in model.set_parameters")
    write("stuck.py", stuck.replace("\nmodel.learn(1000, r", ":\n    model.learn(1000, r"))
    assert codes() == ["RSH001"]
    done = lint("--diff")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "No fix to show for 1 finding.\n")
    write("train.py", STALE)
    assert lint("--diff").exit_code == 1
    assert lint("--diff", "--exit-zero").exit_code == 0
    assert lint("--diff", ".", "missing.py").exit_code == 2


def test_a_harmless_load_is_fixed_only_when_it_is_named() -> None:
    file = write("fresh.py", HARMLESS)
    lint("--fix")
    assert file.read_text(encoding="utf-8") == HARMLESS


FRESH = STALE.replace("model.learn(1000)\n", "", 1)


@pytest.mark.parametrize("text", [HARMLESS, FRESH], ids=["learn-starts-anew", "fresh-model"])
def test_a_harmless_load_that_is_named_is_fixed_once(text: str) -> None:
    file = write("train.py", text)
    assert codes("--select", "RSH011") == ["RSH011"]
    done = lint("--select", "RSH011", "--fix")
    assert "Fixed 1 finding in 1 file." in done.stderr and "warning" not in done.stderr
    fixed = file.read_text(encoding="utf-8")
    assert fixed.count("reset_lstm_states_to_initial(model)") == 1
    assert codes("--select", "RSH011") == []
    assert lint("--select", "RSH011", "--fix").stderr == ""


def test_standard_input() -> None:
    done = lint("-", stdin=STALE)
    assert done.exit_code == 1
    assert done.stdout.startswith("<stdin>:5:1: error RSH001")
    done = lint("--stdin-filename", "pkg/train.py", stdin=STALE)
    assert done.stdout.startswith("pkg/train.py:5:1: error RSH001")
    done = lint("--fix", "-", stdin=STALE)
    assert (done.exit_code, done.stdout) == (0, FIXED)
    done = lint("--fix", "-", stdin=CLEAN)
    assert done.stdout == CLEAN
    assert lint("-", "train.py", stdin=CLEAN).exit_code == 2


def test_standard_input_stands_for_the_file_in_its_project() -> None:
    write("pyproject.toml", "")
    write("kinds.py", "from sb3_contrib import RecurrentPPO\n\n\nclass Walker(RecurrentPPO):\n    pass\n")
    write("train.py", CLEAN)
    text = (
        "from kinds import Walker\n\n\ndef go(model: Walker) -> None:\n    model.learn(10)\n"
        "    model.set_parameters('a.zip')\n    model.learn(10, reset_num_timesteps=False)\n"
    )
    done = lint("--stdin-filename", "train.py", stdin=text)
    assert done.stdout.startswith("train.py:6:5: error RSH001")


def test_a_file_on_its_own_still_knows_the_project() -> None:
    write("pyproject.toml", "")
    write("pkg/__init__.py", "")
    write("pkg/kinds.py", "from sb3_contrib import RecurrentPPO\n\n\nclass Walker(RecurrentPPO):\n    pass\n")
    train = STALE.replace("from sb3_contrib import RecurrentPPO", "from .kinds import Walker")
    write("pkg/train.py", train.replace("RecurrentPPO(", "Walker("))
    assert codes("pkg/train.py") == ["RSH001"]
    assert codes("pkg/kinds.py") == []


def test_what_cannot_be_parsed_is_a_finding_and_the_rest_is_checked() -> None:
    write("bad.py", "def f(:\n")
    write("two.py", "print 'python 2'\n")
    Path("nul.py").write_bytes(b"x = 1\0\n")
    Path("latin.py").write_bytes(b"x = '\xe9'\n")
    write("empty.py", "")
    write("deep.py", "x = " + "[" * 2000 + "]" * 2000 + "\n")
    write("train.py", STALE)
    done = lint("--output-format", "json")
    assert done.exit_code == 1
    found = {each["path"]: each["code"] for each in json.loads(done.stdout)["findings"]}
    assert found == dict.fromkeys(["bad.py", "two.py", "nul.py", "latin.py", "deep.py"], "RSH900") | {
        "train.py": "RSH001"
    }


def test_new_syntax_is_no_error() -> None:
    write("new.py", "type Pair[T] = tuple[T, T]\n\n\ndef f[T](x: T) -> T:\n    return x\n")
    assert lint("new.py").exit_code == 0


def test_a_large_file_is_checked() -> None:
    text = STALE + f"text = '''{'padding ' * 650_000}'''\n"
    assert len(text) > 5_000_000
    write("large.py", text)
    assert codes("large.py") == ["RSH001"]


def test_a_failure_of_ours_in_one_file_loses_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from lstm_lint import lower

    write("train.py", STALE)
    write("poison.py", STALE.replace("model", "poison"))
    real = lower.lower

    def failing(source: object) -> object:
        if "poison" in source.text:  # type: ignore[attr-defined]
            raise ZeroDivisionError("for the test")
        return real(source)  # type: ignore[arg-type]

    monkeypatch.setattr(lower, "lower", failing)
    done = lint("--output-format", "json")
    assert done.exit_code == 2
    document = json.loads(done.stdout)
    assert [each["path"] for each in document["findings"]] == ["train.py"]
    (error,) = document["errors"]
    assert error["path"] == "poison.py"
    assert error["message"].startswith("RSH909 internal error: ZeroDivisionError: for the test at test_cli.py:")


def test_a_failure_of_the_analysis_is_laid_to_the_file_that_causes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from lstm_lint import typestate

    for number in range(6):
        write(f"train{number}.py", STALE)
    real = typestate.trace

    def failing(project: object, report_on: frozenset[str]) -> object:
        if any(module.path == "train3.py" for module in project.modules):  # type: ignore[attr-defined]
            raise ZeroDivisionError("for the test")
        return real(project, report_on)  # type: ignore[arg-type]

    monkeypatch.setattr(typestate, "trace", failing)
    document = json.loads(lint("--output-format", "json").stdout)
    assert [each["path"] for each in document["errors"]] == ["train3.py"]
    assert [each["path"] for each in document["findings"]] == [f"train{number}.py" for number in (0, 1, 2, 4, 5)]


def test_the_same_input_gives_the_same_bytes() -> None:
    for name in ("b", "a", "c/d"):
        write(f"{name}.py", STALE)
    first = command("--output-format", "json", ".").stdout
    assert [each["path"] for each in json.loads(first)["findings"]] == ["a.py", "b.py", "c/d.py"]
    assert lint("--output-format", "json", "c", "b.py", ".", "a.py").stdout == first


def test_suppression_by_comment() -> None:
    line = 'model.set_parameters("donor.zip")'
    write("train.py", STALE.replace(line, f"{line}  # lstm-lint: ignore[RSH001]"))
    assert codes() == []
    write("train.py", f"# lstm-lint: ignore-file\n{STALE}")
    assert codes() == []
    write("train.py", CLEAN + "x = 1  # lstm-lint: ignore[RSH001]\n")
    assert codes() == ["RSH901"]


def test_colour_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    write("train.py", STALE)
    assert "\x1b" not in lint().stdout
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in lint().stdout
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in lint().stdout


def test_statistics() -> None:
    write("a.py", STALE)
    write("b.py", STALE)
    assert lint("--statistics").stdout.splitlines() == [
        "2  RSH001  [*]  stale-state-after-load",
        "2 weight replacements on recurrent policies: 2 stale",
    ]


def test_statistics_as_json() -> None:
    write("a.py", STALE)
    (row,) = json.loads(lint("--statistics", "--output-format", "json").stdout)
    name = "stale-state-after-load"
    assert row == {"code": "RSH001", "name": name, "count": 1, "fixable": True, "fixable_count": 1}


@pytest.mark.parametrize(
    ("code", "hint"),
    [("RSH0001", "RSH001"), ("rsh1", "RSH001"), ("rsh001", "RSH001"), ("RSH0111", "RSH011"), ("XYZ555", None)],
)
def test_an_unknown_code_is_told_the_nearest_if_one_is_near(code: str, hint: str | None) -> None:
    said = f'did you mean "{hint}"?' if hint else "`lstm-lint --list-rules` shows all"
    assert said in lint("--select", code).stderr


def test_list_rules_and_explain() -> None:
    listed = [line.split()[0] for line in lint("--list-rules").stdout.splitlines()]
    assert listed == sorted(listed)
    assert {"RSH001", "RSH002", "RSH003", "RSH011", "RSH012", "RSH900", "RSH901", "RSH902", "RSH909"} <= set(listed)
    for code in listed:
        page = lint("--explain", code)
        assert page.exit_code == 0
        assert page.stdout.startswith(f"# {code}: ")
        assert len(page.stdout) > 200
    assert lint("--explain", "load-keeps-state").stdout.startswith("# RSH002: ")
    wrong = lint("--explain", "RSH0001")
    assert wrong.exit_code == 2
    assert 'did you mean "RSH001"?' in wrong.stderr


def test_why_tells_the_verdict_on_silent_lines_as_well() -> None:
    write("train.py", FIXED)
    done = lint("--why", "train.py:6")
    assert done.exit_code == 0
    assert "RecurrentPPO" in done.stdout
    assert lint("--why", "train.py:6:1").stdout == done.stdout  # as reports write a place
    assert lint("--why", "train.py:6:").stdout == done.stdout
    done = lint("--why", "train.py:1")
    assert done.stdout == ""
    assert "no weight replacement" in done.stderr
    assert lint("--why", "missing.py:3").exit_code == 2


def test_version() -> None:
    assert lint("--version").stdout == f"lstm-lint {lstm_lint.__version__}\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    for number in range(300):
        write(f"train{number}.py", STALE)
    environment = os.environ | {"PYTHONPATH": str(Path(lstm_lint.__file__).parents[1])}
    script = f"{sys.executable} -m lstm_lint . | head -n 1"
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)
    assert done.stdout.startswith("train0.py:5:1: error RSH001")
    assert done.stderr == ""


def test_an_interrupt_is_clean() -> None:
    script = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background jobs ignore it
        "import lstm_lint.run\n"
        "lstm_lint.run.run = lambda *_: os.kill(os.getpid(), signal.SIGINT) or time.sleep(5)\n"
        "from lstm_lint.cli import main\n"
        "main(['.'])\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(lstm_lint.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "lstm-lint: interrupted\n")


def test_an_unexpected_failure_does_not_look_like_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    from lstm_lint import run

    def failing(*_: object) -> None:
        raise ZeroDivisionError("for the test")

    monkeypatch.setattr(run, "run", failing)
    done = lint()
    assert done.exit_code == 2
    assert "ZeroDivisionError: for the test" in done.stderr
    assert "RSH909" in done.stderr
