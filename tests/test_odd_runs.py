"""Runs over files whose names or contents nobody expects: each finding is kept, and nothing of ours fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lstm_lint
from lstm_lint.lower import lower
from lstm_lint.source import Source

STALE = b"""\
from sb3_contrib import RecurrentPPO

model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
model.learn(1000)
model.set_parameters("donor.zip")
model.learn(1000, reset_num_timesteps=False)
"""


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONPATH": str(Path(lstm_lint.__file__).parents[1])}
    words = [sys.executable, "-m", "lstm_lint", *arguments]
    return subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=False)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are text there")
@pytest.mark.parametrize("output_format", ["text", "json", "github", "sarif"])
def test_a_file_name_that_is_no_text_is_checked(tmp_path: Path, output_format: str) -> None:
    (tmp_path / "pyproject.toml").touch()
    name = os.fsdecode(b"odd\xff.py")
    (tmp_path / name).write_bytes(STALE)
    (tmp_path / "user.py").write_bytes(b"import odd\n")
    result = command(tmp_path, ".", "--output-format", output_format)
    assert result.returncode == 1, result.stderr
    assert b"RSH001" in result.stdout and b"RSH909" not in result.stdout
    if output_format in ("json", "sarif"):
        json.loads(result.stdout)
    fixed = command(tmp_path, "--fix", ".")
    assert fixed.returncode == 0, fixed.stderr
    assert b"reset_lstm_states_to_initial(model)" in (tmp_path / name).read_bytes()


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "code", ["x = 1", "if x:\n    y = 2", "if x:\n\ty = 2", "def f():\n    while x:\n        pass"]
)
@pytest.mark.parametrize(
    "end", ["\n\n   ", "\n   \n\t\n", "\n\n  # c\n", "\n    # c\n  \n  # d", "\n# c\n    # d\n\n", "\n\f\n  \f # c\n"]
)
def test_blank_lines_and_comments_may_end_a_file(code: str, end: str, newline: str) -> None:
    text = (code + end).replace("\n", newline)
    compile(text, "odd.py", "exec")
    source = Source.from_bytes("odd.py", text.encode())
    comments = lower(source).comments
    assert len(comments) == end.count("#")
    for comment in comments:
        assert source.line(comment.line)[comment.column - 1 :] == comment.text
