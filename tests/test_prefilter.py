"""The prefilter: it keeps what can matter, and the findings are the same with and without it."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lstm_lint.catalogue import catalogue
from lstm_lint.config import Config
from lstm_lint.outcome import Outcome
from lstm_lint.prefilter import _active, relevant
from lstm_lint.run import Request, run
from lstm_lint.selection import Choice, resolve
from lstm_lint.vocabulary import load_vocabulary

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PROJECTS = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir() and not path.name.startswith((".", "__")))

LOADER = "def take(model, weights):\n    model.policy.load_state_dict(weights)\n"
CLEAN = "import loader\nprint('takes nothing from it')\n"
NET = (
    "import torch.nn as nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        self.cell = nn.LSTMCell(2, 2)\n"
)


def kept(files: dict[str, str]) -> set[str]:
    contents = {os.path.join(os.sep, "p", *path.split("/")): text.encode() for path, text in files.items()}
    found = relevant(contents, load_vocabulary({}), [os.path.join(os.sep, "p")])
    return {os.path.relpath(path, os.path.join(os.sep, "p")).replace(os.sep, "/") for path in found}


def test_nothing_is_kept_without_a_replacement() -> None:
    assert kept({"net.py": NET, "main.py": "from net import Net\nNet()\n"}) == set()


@pytest.mark.parametrize(
    "call",
    [
        "from loader import take\ntake(m, w)\n",
        "from loader import (\n    other,  # a comment, with a comma\n    take as swap,\n)\nswap(m, w)\n",
        "from loader import *\n",
        "import loader\nloader.take(m, w)\n",
        "import os, loader as l\nl.take(m, w)\n",
        "from . import loader\nloader.take(m, w)\n",
        "from .loader import take\n",
        "def f():\n    from loader import take\n",
        "if x: from loader import take\n",
        "from loader import \\\n    take\n",
        "x = 1; from loader import take\n",
        "x = 1\rfrom loader import take\r",
    ],
)
def test_a_caller_of_a_loader_is_kept_however_it_imports_it(call: str) -> None:
    assert kept({"loader.py": LOADER, "main.py": call, "idle.py": CLEAN}) == {"loader.py", "main.py"}


def test_callers_of_callers_and_the_classes_they_use_are_kept() -> None:
    files = {
        "src/pkg/__init__.py": "from .swap import take\n",
        "src/pkg/swap.py": LOADER,
        "src/pkg/play.py": "from pkg import take\n\n\ndef play(m):\n    take(m, 1)\n",
        "src/pkg/layers.py": NET,
        "src/pkg/nets.py": "from .layers import Net\n\n\nclass Agent(Net):\n    pass\n",
        "src/pkg/log.py": "def say(text):\n    print(text)\n",
        "scripts/run.py": "from pkg.play import play\nfrom pkg.nets import Agent\nplay(Agent())\n",
        "scripts/idle.py": "from pkg.log import say\nsay('hello')\n",
    }
    assert kept(files) == set(files) - {"src/pkg/log.py", "scripts/idle.py"}


def test_a_file_that_names_the_algorithms_is_kept_beside_a_replacement() -> None:
    files = {"loader.py": LOADER, "kinds.py": "import stable_baselines3\n", "idle.py": "x = 1\n"}
    assert kept(files) == {"loader.py", "kinds.py"}


@pytest.mark.parametrize(
    ("taken", "wanted"), [("y, _", True), ("y, state", True), ("y, length", False), ("y", False)]
)
def test_a_network_run_without_gradients_is_kept_where_a_loop_drops_what_may_be_its_state(
    taken: str, wanted: bool
) -> None:
    run = f"from net import Net\n\nnet = Net()\nwith torch.no_grad():\n    while True:\n        {taken} = net(look())\n"
    files = {"net.py": f"import torch\n{NET}        state = self.cell\n        use(state)\n", "run.py": run}
    assert kept(files) == (set(files) if wanted else set())


def test_the_source_of_an_installed_library_adds_nothing() -> None:
    files = {
        "site-packages/torch/serial.py": NET + "\n\ndef go(model: Net):\n    model.load_state_dict(1)\n",
        "site-packages/torch/other.py": "from .serial import go\n",
        "site-packages/mine/a.py": "from torch.serial import go\n",
    }
    assert kept(files) == {"site-packages/torch/serial.py"}


@pytest.mark.parametrize("word", sorted(load_vocabulary({}).words | {b"own_load", b"load"}))
def test_a_file_with_any_word_of_a_replacement_is_looked_at(word: bytes) -> None:
    rows = {
        "class": [
            {
                "names": ["own.Net"],
                "kind": "module",
                "recurrent": "yes",
                "method": [{"name": "own_load", "replaces": ""}],
            }
        ]
    }
    contents = {"a.py": b"x = 1\n", "b.py": word + b"\n", "c.py": b"# " + word[1:] + b"\n"}
    vocabulary = load_vocabulary(rows)
    by_hand = {path for path, data in contents.items() if any(each in data for each in vocabulary.words)}
    assert _active(contents, vocabulary) == by_hand


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("import ray\n", True),
        ("x = 1\nif x: import ray as r\n", True),
        ("def f():\n    from ray.rllib import x\n", True),
        ("x = 1\rfrom ray import x\r", True),
        ("from rays import x\n", False),
        ("# the light\n# comes from ray tracing\n", False),
        ('"""The matrix\nfrom ray transfer."""\n', False),
        ('lines = ["import ray"]\n', False),
    ],
)
def test_a_library_with_common_names_makes_a_file_worth_a_look_where_it_is_imported(text: str, wanted: bool) -> None:
    assert bool(_active({"a.py": text.encode()}, load_vocabulary({}))) is wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("def swap(net, w):\n    net.load_state_dict(w)\n", False),  # nothing that could be stale
        ("def swap(net, w, h):\n    net.load_state_dict(w)\n    y, h = net(w, h)\n", True),
        ("def swap(net, w):\n    state_dict = w\n    net.load_state_dict(state_dict)\n", False),  # weights, no state
        ("def swap(model, w):\n    model.policy.load_state_dict(w)\n", True),
        ("from torch.nn import LSTM\n\n\ndef swap(net: LSTM, w):\n    net.load_state_dict(w)\n", True),
        ("class Net:\n    def load_state_dict(self, w):\n        self.hidden = w\n        self.hidden = None\n", False),
        ("def f(net, h):\n    y, h = net(net.parameters(), h)\n", False),  # nothing is written
        ("def f(net, h):\n    for p in net.parameters():\n        p.copy_(1)\n    y, h = net(1, h)\n", True),
    ],
)
def test_files_without_a_sign_of_recurrent_state_are_left_out(body: str, wanted: bool) -> None:
    assert kept({"program.py": body}) == ({"program.py"} if wanted else set())


def test_the_sign_may_be_in_another_file_of_the_same_program() -> None:
    files = {
        "swap.py": "from nets import Net\n\n\ndef swap(net: Net, w):\n    net.load_state_dict(w)\n",
        "nets.py": NET,
        "other.py": "def swap(net, w):\n    net.load_state_dict(w)\n",
    }
    assert kept(files) == {"swap.py", "nets.py"}


def outcome(folder: Path, prefilter: bool) -> Outcome:
    config = Config(folder=folder)
    selection = resolve(config, Choice(), tuple(catalogue()))
    return run(Request((".",), replace(config, roots=(".",)), selection, prefilter=prefilter)).outcome


LIBRARY_PLAYER = """\
import torch


class Player:
    def __init__(self, net):
        self.net = {net}
        self.hidden = None

    def act(self, frame):
        out, self.hidden = self.net(frame, self.hidden)
        return out

    def swap(self, weights):
        self.net.load_state_dict(weights)
"""


@pytest.mark.parametrize("prefilter", [True, False])
@pytest.mark.parametrize(
    ("folder", "net", "wanted"),
    [
        ("site-packages/torch/testing", "net", []),
        ("site-packages/torch/testing", "torch.nn.LSTM(4, 4)", ["RSH002"]),
        ("site-packages/elsewhere", "net", ["RSH002"]),
        ("testing", "net", ["RSH002"]),
    ],
)
def test_what_a_known_library_keeps_is_not_guessed_from_names(
    folder: str, net: str, wanted: list[str], prefilter: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "player.py").write_text(LIBRARY_PLAYER.format(net=net))
    checked = tmp_path / folder.partition("/")[0]  # a site-packages below the checked folder is left out
    monkeypatch.chdir(checked)
    assert [finding.code for finding in outcome(checked, prefilter).findings] == wanted


def test_files_of_a_known_library_have_the_same_findings_with_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fixture as a file of torch, which is read alone and judged by what the vocabulary says."""
    folder = tmp_path / "site-packages" / "torch"
    folder.mkdir(parents=True)
    for path in FIXTURES.glob("RSH*/**/*.py"):
        shutil.copy(path, folder / "_".join(path.relative_to(FIXTURES).parts))
    monkeypatch.chdir(tmp_path / "site-packages")
    with_it, without = outcome(folder.parent, True), outcome(folder.parent, False)
    stale = [finding for finding in without.findings if finding.code in ("RSH001", "RSH002", "RSH003", "RSH004")]
    assert len(stale) > 100
    assert with_it.findings == without.findings
    assert with_it.replacements == without.replacements


@pytest.mark.parametrize(
    ("swap", "wanted"),
    [
        ("def swap(net: Net, w):\n    net.load_state_dict(w)\n", True),
        ("def swap(net: Other, w):\n    net.load_state_dict(w)\n", False),  # no way leads from it to the cell
        ("def swap(net: Other, w):\n    give(net).load_state_dict(w)\n", True),  # through what it calls
        ("def swap(net: Other, w):\n    net.load_state_dict(w)\n\n\ndef play(w):\n    swap(Net(), w)\n", True),
        ("def swap(net: Other, w):\n    net.load_state_dict(w)\n\n\nswap(Net(), 1)\n", True),  # run by importing it
        ('def swap(net: "Net | None", w):\n    net.load_state_dict(w)\n', True),
        ('def swap(net: Other, w):\n    net.load_state_dict(w)\n    print("not a Net at all")\n', False),
        ("class Sub(Net):\n    pass\n\n\ndef swap(net: Base, w):\n    net.load_state_dict(w)\n", True),
        ("for net in [Net(), Net()]:\n    y, h = net(x, h)\nnet.load_state_dict(1)\n", True),
    ],
)
def test_a_file_of_a_known_library_is_kept_where_the_code_that_replaces_leads_to_a_cell(
    swap: str, wanted: bool
) -> None:
    text = f"{NET.replace('nn.Module', 'Base')}\n\nclass Base:\n    pass\n\n\nclass Other(nn.Module):\n    pass\n\n\n"
    text += f"def give(net):\n    return Net()\n\n\n{swap}"
    assert bool(kept({"site-packages/torch/nets.py": text})) is wanted


@pytest.mark.parametrize("folder", PROJECTS, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_a_project_has_the_same_findings_with_and_without(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with_it, without = outcome(folder, True), outcome(folder, False)
    assert with_it.findings == without.findings
    assert with_it.replacements == without.replacements
    assert with_it.problems == without.problems == ()


@pytest.mark.parametrize(("name", "least"), [("RSH002", 10), ("RSH003", 5), ("odd", 5)])
def test_many_files_as_one_project_too(name: str, least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / name)
    with_it, without = outcome(FIXTURES / name, True), outcome(FIXTURES / name, False)
    assert len(with_it.findings) >= least
    assert with_it.findings == without.findings
    assert with_it.replacements == without.replacements


PLAYER = """\
from torch import nn


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(4, 4)
        self.hidden = None

    def forward(self, x):
        out, self.hidden = self.rnn(x, self.hidden)
        return out


def take(player: Player, donor: Player, x):
    player(x)
"""


@pytest.mark.parametrize(
    "body",
    [
        "for mine, other in zip(player.parameters(), donor.parameters()):\n        mine.data.copy_(other.data)",
        "for mine, other in zip(player.parameters(True), donor.parameters(True)):\n        mine.data = other.data",
        "for mine, other in zip(player.buffers(), donor.buffers()):\n        mine.copy_(other)",
        "for (_, mine), (_, other) in zip(player.named_parameters(), donor.named_parameters()):\n"
        "        mine.data.copy_(other.data)",
        "weights = donor.state_dict()\n    for name, mine in player.state_dict().items():\n"
        "        mine.copy_(weights[name])",
    ],
)
def test_every_way_to_write_weights_is_seen(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "player.py").write_text(f"{PLAYER}    {body}\n    return player(x)\n")
    monkeypatch.chdir(tmp_path)
    with_it, without = outcome(tmp_path, True), outcome(tmp_path, False)
    assert [finding.code for finding in without.findings] == ["RSH001"]
    assert with_it.findings == without.findings
