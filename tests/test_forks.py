"""Work in forked processes: the results in order, and what goes wrong."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from lstm_lint import checking, forks
from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config
from lstm_lint.run import Request, run
from lstm_lint.selection import Choice, resolve


def test_results_come_in_the_order_of_the_work() -> None:
    held = [object() for _ in range(20)]  # cannot be sent to a process; a copy of this one has it
    assert forks.each(lambda number: (number, held[number] is not None), 20) == [(n, True) for n in range(20)]


def test_no_work() -> None:
    assert forks.each(lambda number: number, 0) == []


def test_an_exception_of_the_work_is_raised_here() -> None:
    def fail(number: int) -> int:
        raise ValueError(number)

    with pytest.raises(ValueError):
        forks.each(fail, 3)


def test_a_process_that_dies_costs_nothing() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if number == 2 and os.getpid() != parent:
            os._exit(1)
        return number

    assert forks.each(work, 4) == [0, 1, 2, 3]


SWAP = """\
from sb3_contrib import RecurrentPPO


def take(model: RecurrentPPO, weights):
    model.policy.load_state_dict(weights)
    model.learn(10, reset_num_timesteps=False)
"""


def test_files_that_stand_alone_are_judged_alike_in_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "site-packages" / "torch"
    folder.mkdir(parents=True)
    for number in range(20):
        (folder / f"swap_{number:02}.py").write_text(SWAP)
    monkeypatch.chdir(folder)
    config = Config(folder=folder)
    request = Request((".",), config, resolve(config, Choice(), tuple(catalogue())))
    spread = run(request).outcome
    monkeypatch.setattr(checking, "_MANY", 1_000)
    one_by_one = run(request).outcome
    assert len(spread.findings) == spread.replacements.stale == 20
    assert spread == one_by_one


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000])
def test_the_items_that_pass_come_back_in_order(count: int, alone: bool) -> None:
    assert forks.which(lambda number: number % 3 == 0, range(count), alone) == list(range(0, count, 3))


def test_what_a_lost_process_leaves_is_done_here() -> None:
    here = os.getpid()

    def dies(number: int) -> bool:
        if os.getpid() != here and number > 50:
            os.kill(os.getpid(), signal.SIGKILL)
        return number > 90

    assert forks.which(dies, range(100)) == list(range(91, 100))


def test_what_fails_in_another_process_fails_here() -> None:
    def fails(number: int) -> bool:
        if number == 1:
            raise ValueError("odd")
        return True

    with pytest.raises(ValueError, match="odd"):
        forks.which(fails, [0, 1, 2])
