"""``--why``: the verdict on each weight replacement in words, silent ones too."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lstm_lint.cli import main

STALE = """\
from sb3_contrib import RecurrentPPO

model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
model.learn(1000)
model.set_parameters("donor.zip")
model.learn(1000, reset_num_timesteps=False)
"""
PLAYER = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(4, 8)

    def forward(self, x, h):
        return self.cell(x, h)


class Player:
    def __init__(self):
        self.net = Net()
        self.optimizer = torch.optim.Adam(self.net.parameters())
        self.h = None

    def act(self, x):
        self.h = self.net(x, self.h)
        return self.h

    def restore(self, path):
        saved = torch.load(path)
        self.net.load_state_dict(saved["net"])
        self.optimizer.load_state_dict(saved["optimizer"])
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project as working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def why(source: str, line: int | None = None, name: str = "train.py") -> str:
    Path(name).write_text(textwrap.dedent(source))
    return ask(name if line is None else f"{name}:{line}").stdout


def ask(place: str) -> Result:
    result = CliRunner().invoke(main, ["--isolated", "--why", place], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def rows(text: str) -> dict[str, list[str]]:
    """The parts of one told replacement, by their titles."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in text.splitlines()[1:]:
        title = line[2:13].strip() or title
        found.setdefault(title, []).append(line[13:])
    return found


def test_a_stale_one_is_told_from_receiver_to_verdict() -> None:
    text = why(STALE, 5)
    assert text.splitlines()[0] == "train.py:5:1: `model` gets other weights"
    told = rows(text)
    assert told["receiver"][0].startswith("made by `RecurrentPPO(…)` at train.py:3")
    assert told["recurrent"][0].startswith("proven: ")
    assert told["by"] == ["`set_parameters`: a swap in one stroke"]
    assert told["state"] == ["`model._last_lstm_states`; before: carrying"]
    assert told["after"] == ["used by `learn()` at train.py:6 with no reset in between"]
    assert told["context"] == ["from the top level of its module"]
    assert told["verdict"] == ["stale: the stale state is used"]


def test_another_line_says_that_nothing_is_there() -> None:
    Path("train.py").write_text(STALE)
    result = ask("train.py:4")
    assert result.stdout == ""
    assert "no weight replacement here" in result.stderr


def test_the_whole_file_tells_each_once() -> None:
    text = why(STALE.replace('set_parameters("donor.zip")', 'set_parameters(\n    "donor.zip"\n)'))
    assert text.count("gets other weights") == 1


def test_a_reset_says_where() -> None:
    source = STALE.replace('zip")\n', 'zip")\nreset_lstm_states_to_initial(model)\n')
    source = "from lstm_runtime import reset_lstm_states_to_initial\n" + source
    told = rows(why(source, 6))
    assert told["after"] == ["reset by `reset_lstm_states_to_initial` at train.py:7"]
    assert told["verdict"] == ["reset: the state is reset before it is used"]


def test_a_call_that_starts_anew_makes_it_harmless() -> None:
    told = rows(why(STALE.replace(", reset_num_timesteps=False", ""), 5))
    assert told["after"] == ["made fresh by `learn()` at train.py:6"]
    assert told["verdict"] == ["harmless: a later call starts from the initial state"]


def test_a_fresh_model_is_harmless() -> None:
    told = rows(why(STALE.replace("model.learn(1000)\n", "", 1), 4))
    assert told["state"] == ["`model._last_lstm_states`; before: fresh"]
    assert told["verdict"] == ["harmless: no state was carried yet"]


def test_a_rollback_says_so() -> None:
    source = """\
        import copy

        from sb3_contrib import RecurrentPPO

        model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
        model.learn(1000)
        best = copy.deepcopy(model.policy.state_dict())
        model.policy.load_state_dict(best)
        model.learn(1000, reset_num_timesteps=False)
        """
    told = rows(why(source, 8))
    assert told["verdict"] == ["silent: the weights are a copy taken from the same object before: a rollback"]


def test_an_annotation_is_quoted() -> None:
    source = """\
        from sb3_contrib import RecurrentPPO


        def exploit(model: "RecurrentPPO | None", donor):
            model.set_parameters(donor)
            model.learn(1000, reset_num_timesteps=False)
        """
    told = rows(why(source, 5))
    assert 'parameter `model` of `exploit` at train.py:4, annotated `"RecurrentPPO | None"`' in told["receiver"][0]
    assert told["context"] == ["from `exploit`"]


def test_an_assumption_names_the_algorithms() -> None:
    source = """\
        from sb3_contrib import RecurrentPPO


        def exploit(model, donor):
            model.set_parameters(donor)
            model.learn(1000, reset_num_timesteps=False)


        def make(env):
            return RecurrentPPO("MlpLstmPolicy", env)
        """
    told = rows(why(source, 5))
    assert "without an annotation" in told["receiver"][0]
    assert told["receiver"][0].endswith(
        "assumed to be sb3_contrib.RecurrentPPO: every SB3 algorithm in view is recurrent"
    )
    assert told["recurrent"][0].startswith("inferred: ")


def test_an_unknown_receiver_says_why() -> None:
    source = """\
        def exploit(model, donor):
            model.set_parameters(donor)
            model.learn(1000, reset_num_timesteps=False)
        """
    told = rows(why(source, 2))
    assert "unknown: no SB3 algorithm is in view" in told["receiver"][0]
    assert told["recurrent"][0].startswith("unknown: ")
    assert told["verdict"] == ["unknown: the stale state is used"]


def test_an_attribute_says_where_it_was_assigned() -> None:
    told = rows(why(PLAYER, 26))
    assert told["receiver"] == ["`self` is Player (train.py:14); `.net` is assigned `Net()` at train.py:16"]
    assert told["recurrent"] == ["proven: Net (train.py:5) is or holds a recurrent cell"]
    assert told["state"] == ["`self.h`; before: carrying"]
    assert told["after"] == ["still stale when `Player.restore` returns (`h` at train.py:24)"]
    assert told["verdict"] == ["stale: it is still stale when the code read ends"]


def test_an_optimizer_is_no_network() -> None:
    told = rows(why(PLAYER, 27))
    assert told["recurrent"] == ["no: torch.optim.Optimizer is not a network"]
    assert told["state"] == ["none that these weights made"]
    assert told["verdict"] == ["silent: no state that these weights made is in reach"]


def test_a_call_is_told_with_what_it_leads_to() -> None:
    source = """\
        from sb3_contrib import RecurrentPPO


        def put(model, path):
            model.set_parameters(path)


        def first():
            model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
            put(model, "start.zip")
            model.learn(1000)


        def second():
            model = RecurrentPPO("MlpLstmPolicy", "CartPole-v1")
            model.learn(1000)
            put(model, "donor.zip")
            model.learn(1000, reset_num_timesteps=False)
        """
    text = why(source, 17)
    assert text.splitlines()[0].startswith("train.py:5:5: ")
    told = rows(text)
    assert told["receiver"][0].startswith("made by `RecurrentPPO(…)` at train.py:15")
    assert told["context"] == ["from `second` → the call at train.py:17"]
    assert told["verdict"][-1].startswith("stale at the call train.py:17: ")
    both = rows(ask("train.py:5").stdout)
    assert len(both["context"]) >= 1


SCORER = """\
import torch


class Scorer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = torch.nn.Linear(4, 1)


scorer = Scorer()
scorer.load_state_dict(torch.load("scorer.pt"))
"""


def test_a_network_that_is_not_recurrent_is_named() -> None:
    text = why(SCORER + "memory = torch.nn.LSTM(4, 8)\n", 11)
    assert "Scorer (train.py:4)" in text
    assert "holds no recurrent cell" in text


def test_a_program_without_recurrence_is_not_analysed() -> None:
    Path("train.py").write_text(SCORER)
    result = ask("train.py:11")
    assert result.stdout == ""
    assert "not analysed" in result.stderr


LENT = """\
import copy

import torch

import player

mine = player.Player()
mine.act(torch.zeros(1, 4))
own = copy.deepcopy(mine.net.state_dict())
mine.net.load_state_dict(torch.load("other.pt"))
mine.net.load_state_dict(own)
mine.act(torch.zeros(1, 4))
"""


def test_weights_that_are_back_are_told() -> None:
    Path("player.py").write_text(PLAYER)
    assert "made by the weights that are back" in " ".join(rows(why(LENT, 10))["after"])


ON_STEP = """\
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback


class GoBack(BaseCallback):
    def _on_step(self):
        if self.n_calls % 500 == 0:
            self.model.set_parameters("best.zip")
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
        return True


RecurrentPPO("MlpLstmPolicy", "CartPole-v1").learn(10_000, callback=GoBack())
"""


def test_a_reset_without_effect_is_told_with_the_swap() -> None:
    assert "`_last_episode_starts set` at train.py:10, which has no effect there" in why(ON_STEP, 9)


def test_a_state_that_is_gone_with_its_object_is_told() -> None:
    said = why(
        """\
        import torch
        from torch import nn


        class Memory:
            def __init__(self):
                self.h = torch.zeros(1, 8)


        class Player:
            def __init__(self):
                self.cell = nn.GRUCell(4, 8)
                self.memory = Memory()

            def act(self, x):
                self.memory.h = self.cell(x, self.memory.h)
                return self.memory.h

            def swap(self, path):
                self.cell.load_state_dict(torch.load(path))
                self.memory = Memory()


        player = Player()
        for number in range(10):
            player.act(torch.ones(1, 4))
            player.swap(f"{number}.pt")
        """,
        20,
    )
    assert "in an object that nothing refers to any more" in said
    assert "verdict    silent" in said or "verdict    reset" in said


CARRIED = """
from net import Net


def play(env):
    net = Net()
    h = None
    for _ in range(10):
        x, done = env.reset(), False
        while not done:
            h = net(x, h)
            x, reward, done = env.step(h)
"""


def test_a_finding_that_is_no_replacement_is_told_as_the_report_has_it() -> None:
    Path("net.py").write_text(PLAYER)
    Path("play.py").write_text(CARRIED)
    result = ask("play.py")
    assert result.stdout.startswith("play.py:11:17: warning RSH006 ")
    assert "  because    play.py:9:19: an episode ends here\n" in result.stdout
    assert ask("play.py:11").stdout == result.stdout
    assert "no weight replacement" not in result.stderr


def test_the_paths_of_the_check_decide_what_is_in_view(here: Path) -> None:
    league, nets = here / "there" / "league", here / "there" / "nets"
    for folder in (league, nets, here / "work"):
        folder.mkdir(parents=True)
    (nets / "net.py").write_text(PLAYER)
    load = "def swap(player: Player, path):\n    player.net.load_state_dict(path)\n"
    (league / "swap.py").write_text(f"from nets.net import Player\n\n\n{load}\n\nplayer = Player()\nplayer.act(1)\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here / "work")
        place = f"{league / 'swap.py'}:5"
        alone = CliRunner().invoke(main, ["--isolated", "--why", place])
        whole = CliRunner().invoke(main, ["--isolated", "--why", place, str(here / "there")])
    assert "there/league`." in alone.stderr
    assert "there`." in whole.stderr
    assert "proven: " not in alone.stdout
    assert "proven: Net" in whole.stdout


def test_of_a_file_that_was_not_read_nothing_is_known(here: Path) -> None:
    (here / "train.py").write_text(STALE)
    (here / "show.py").write_text("import window\n\nwindow.load('scene.json')\n")
    result = CliRunner().invoke(main, ["--isolated", "--why", "show.py:3", "."])
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "not analysed" in result.stderr
