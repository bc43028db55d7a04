"""The work allowed for a project goes first to what can carry a state."""

from __future__ import annotations

import pytest
from fixture_marks import FIXTURES
from linting import lint

from lstm_lint.typestate import entries, interpret

DULL = b"""
import torch


class Dull:
    def __init__(self, net):
        self.net = net
        self.rows = []

    def restore(self, path):
        self.rows = [int(row) + 1 for row in self.rows if row]
        self.rows = [int(row) + 2 for row in self.rows if row]
        self.rows = [int(row) + 3 for row in self.rows if row]
        self.net.load_state_dict(torch.load(path))
"""
PLAYER = b"""
import torch
from torch import nn


class Player:
    def __init__(self):
        self.net = nn.GRUCell(4, 8)
        self.hx = torch.zeros(1, 8)

    def restore(self, path):
        self.net.load_state_dict(torch.load(path))

    def run(self, env, watcher):
        obs = env.reset()
        self.hx = torch.zeros(1, 8)
        while True:
            if watcher.newest:
                self.restore(watcher.newest)
            self.hx = self.net(torch.as_tensor(obs), self.hx)
            obs = env.step(self.hx.argmax())
"""


def test_entries_of_classes_with_a_state_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpret, "PLENTY", 40)
    monkeypatch.setattr(interpret, "TIGHT_STEPS", 5)
    result = lint({"players.py": PLAYER + DULL})
    assert "RSH001" in {finding.code for finding in result.findings}


RESETTING = b"""
import torch
from torch import nn


class Player:
    def __init__(self):
        self.net = nn.GRUCell(4, 8)
        self.hx = torch.zeros(1, 8)

    def _restore(self, path):
        self.net.load_state_dict(torch.load(path))

    def run(self, env, path, rows):
        first = [int(row) + 1 for row in rows if row]
        second = [int(row) + 2 for row in first if row]
        third = [int(row) + 3 for row in second if row]
        self._restore(path)
        self.hx = torch.zeros(1, 8)
        return third

    def act(self, obs):
        self.hx = self.net(obs, self.hx)
        return self.hx
"""


def test_what_a_half_read_caller_may_reset_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpret, "PLENTY", 0)
    monkeypatch.setattr(interpret, "TIGHT_STEPS", 2)
    assert not {finding.code for finding in lint({"players.py": RESETTING}).findings} & {"RSH001", "RSH002"}


@pytest.mark.parametrize("total, steps", [(0, 24_000), (50_000, 12_000), (160_000, 1_000), (320_000, 60)])
def test_entries_get_less_the_more_was_spent(total: int, steps: int) -> None:
    assert interpret._share(total) == steps


@pytest.mark.parametrize("total, steps", [(0, 6_000), (80_000, 2_500), (150_000, 300), (250_000, 60)])
def test_so_does_the_search_for_slots(total: int, steps: int) -> None:
    assert entries.exploring(total) == steps


def test_a_function_that_was_not_read_to_its_end_is_counted_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lint({"players.py": PLAYER}).read_in_part == 0
    monkeypatch.setattr(interpret, "MAX_STEPS", 2)
    assert lint({"players.py": PLAYER}).read_in_part == 0, "a small project has enough left for a second run"
    monkeypatch.setattr(entries, "LONG_STEPS", 2)
    result = lint({"players.py": PLAYER})
    assert result.read_in_part == 1
    line = PLAYER.decode().splitlines().index("        self.net.load_state_dict(torch.load(path))") + 1
    assert result.trace is not None
    assert "not read to" in "".join(result.trace.why("players.py", line))


UNREAD = b"""
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(4, 8)
        self.pi = nn.Linear(8, 2)

    def act(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), h


class Trainer:
    def __init__(self, env):
        self.env = env
        self.net = Net()
        self.rows = []

    def tell(self, rows):
        self.rows = [int(row) + 1 for row in rows if row]
        print(self.rows)

    def renew(self, rows):
        self.reset_rows = [int(row) + 1 for row in rows if row]

    def train(self, pool):
        h = torch.zeros(1, 8)
        obs = self.env.step(None)
        while pool:
            self.net.load_state_dict(pool.pop())
            self.TOLD(obs)
            logits, h = self.net.act(obs, h)
            obs = self.env.step(logits)
"""


@pytest.mark.parametrize("told, codes", [(b"tell", {"RSH001"}), (b"renew", {"RSH001"})])
def test_a_call_that_was_not_read_does_what_the_names_in_it_allow(
    told: bytes, codes: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpret, "MAX_STEPS", 2)
    monkeypatch.setattr(entries, "LONG_STEPS", 2)
    result = lint({"trainers.py": UNREAD.replace(b"TOLD", told)})
    assert result.read_in_part
    found = {(each.code, each.level.label) for each in result.findings}
    assert found == {(code, "warning") for code in codes}, "a step that was not read is no proof"


def test_a_memory_that_an_unread_call_may_clear_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = UNREAD.replace(b"logits, h = self.net.act(obs, h)", b"logits, self.h = self.net.act(obs, self.h)")
    kept = kept.replace(b"        h = torch.zeros(1, 8)\n        obs", b"        obs").replace(
        b"self.rows = []", b"self.h = torch.zeros(1, 8)"
    )
    assert {each.code for each in lint({"trainers.py": kept.replace(b"TOLD", b"tell")}).findings} == {"RSH001"}
    monkeypatch.setattr(interpret, "MAX_STEPS", 2)
    monkeypatch.setattr(entries, "LONG_STEPS", 2)
    assert {each.code for each in lint({"trainers.py": kept.replace(b"TOLD", b"tell")}).findings} == {"RSH001"}
    assert not lint({"trainers.py": kept.replace(b"TOLD", b"renew")}).findings


def test_what_goes_down_nested_data_takes_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "LONG_STEPS", 0)  # no second run
    monkeypatch.setattr(interpret, "MAX_STEPS", 6_000)
    program = FIXTURES / "RSH001" / "player_of_nested_observations.py"
    result = lint({"player.py": program.read_bytes()})
    assert "RSH001" in {finding.code for finding in result.findings}
    assert not result.read_in_part


TRAINING_FIRST = b"""
import torch
from torch import nn


class Player:
    def __init__(self):
        self.net = nn.GRUCell(4, 8)
        self.hx = torch.zeros(1, 8)

    def adapt(self, env, path):
        obs = env.reset()
        for epoch in range(10):
            for n in range(100):
                self.hx = self.net(torch.as_tensor(obs), self.hx)
                obs = env.step(self.hx.argmax())
        self.hx = torch.zeros(1, 8)
        self.restore(path)

    def restore(self, path):
        self.net.load_state_dict(torch.load(path))

    def run(self, env, watcher):
        obs = env.reset()
        self.hx = torch.zeros(1, 8)
        while True:
            if watcher.newest:
                self.restore(watcher.newest)
            self.hx = self.net(torch.as_tensor(obs), self.hx)
            obs = env.step(self.hx.argmax())
"""


def test_of_those_a_loop_that_replaces_weights_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpret, "PLENTY", 40)
    monkeypatch.setattr(interpret, "TIGHT_STEPS", 5)
    result = lint({"players.py": TRAINING_FIRST})
    assert "RSH001" in {finding.code for finding in result.findings}
