"""Which reset of the project's own a fix calls: one that begins the state anew, and what else it does is little."""

from __future__ import annotations

import textwrap

import pytest
from linting import lint

HEAD = """\
import logging

import torch
from torch import nn

log = logging.getLogger(__name__)


def orthogonal(layer):
    if isinstance(layer, nn.Linear):
        nn.init.orthogonal_(layer.weight)


class Trunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTM(6, 12)

    def forget(self):
        self.cell.reset_parameters()

    def start(self, rows):
        return torch.zeros(1, rows, 12), torch.zeros(1, rows, 12)


class Pump:
    def __init__(self, plant, table):
        self.plant = plant
        self.table = table
        self.trunk = Trunk()
        self.core = nn.GRU(6, 12)
        self.dose = nn.Linear(12, 1)
        self.past = []
        self.shifts = 0
        self.memory = None

    def pump(self, flow):
        self.past.append(flow)
        out, self.memory = self.core(flow, self.memory)
        return self.dose(out)

    def adopt(self, path):
        self.core.load_state_dict(torch.load(path))
"""

ONLY_RESETS = {
    "plain": "self.memory = None",
    "asks-first": "if self.memory is not None:\n    self.memory = None",
    "device-of-the-weights": "at = next(self.core.parameters()).device\nself.memory = torch.zeros(1, 1, 12, device=at)",
    "in-a-helper": "self._blank(1)",
    "gives-out-the-state": "self.memory = torch.zeros(1, 1, 12)\nreturn self.memory",
    "gives-out-itself": "self.memory = None\nreturn self",
    "counts-for-itself": "rows = 0\nrows += 1\nself.memory = torch.zeros(1, rows, 12)",
    "made-by-a-part": "self.memory = self.trunk.start(1)",
    "a-reset-gives-it": "self.memory = self.gate.reset(1)",
    "by-name": 'setattr(self, "memory", None)',
    "says-so": 'self.memory = None\nlog.info("anew")',
    "prints": 'print("anew")\nself.memory = None',
}
DOES_MORE = {
    "counts": "self.memory = None\nself.shifts += 1",
    "counts-by-assignment": "self.memory = None\nself.shifts = self.shifts + 1",
    "clears-what-was-collected": "self.memory = None\nself.past.clear()",
    "drops-what-was-collected": "self.memory = None\ndel self.past[:]",
    "begins-another-list": "self.memory = None\nself.past = []",
    "switches-to-training": "self.core.train()\nself.memory = None",
    "in-a-helper": "self.memory = None\nself._count()",
    "takes-from-a-list": "self.memory = None\nlast = self.past.pop()",
    "counts-in-an-entry": 'self.memory = None\nself.table["shifts"] += 1',
}
NOT_CALLED = {
    "weights": "self.memory = None\nself.core.reset_parameters()",
    "weights-first": "self.dose.reset_parameters()\nself.memory = None",
    "weights-by-function": "self.memory = None\nself.dose.apply(orthogonal)",
    "weights-by-init": "self.memory = None\nnn.init.xavier_uniform_(self.dose.weight)",
    "weights-one-by-one": "self.memory = None\nfor each in self.core.parameters():\n    each.data.uniform_(-1, 1)",
    "weights-in-a-part": "self.memory = None\nself.trunk.forget()",
    "weights-in-a-helper": "self.memory = None\nself._init_weights()",
    "a-network-made-anew": "self.memory = None\nself.dose = nn.Linear(12, 1)",
    "a-recurrent-network-made-anew": "self.core = nn.GRU(6, 12)\nself.memory = None",
    "a-load": 'self.memory = None\nself.dose.load_state_dict(torch.load("first.pt"))',
    "environment": "self.memory = None\nself.env.reset()",
    "environment-kept": "self.memory = None\nself.flow = self.plant.reset()",
    "environment-given-out": "self.memory = None\nreturn self.plant.reset()",
    "observation-in-a-variable": "self.memory = None\nflow, _ = self.plant.reset()\nreturn flow",
    "view-given-out": "self.memory = None\nreturn self.table.view()",
    "attribute-given-out": "self.memory = None\nreturn self.flow",
}
HELPERS = """\
    def _blank(self, rows):
        self.memory = torch.zeros(1, rows, 12)

    def _count(self):
        self.shifts += 1

    def _init_weights(self):
        nn.init.zeros_(self.dose.bias)
"""


def program(name: str, body: str) -> bytes:
    indented = textwrap.indent(body, "        ")
    return f"{HEAD}\n    def {name}(self):\n{indented}\n\n{HELPERS}".encode()


def applied(source: bytes, unsafe: bool = False) -> list[str]:
    """The lines that a fix adds."""
    result = lint({"p.py": source}, unsafe=unsafe)
    assert result.problems == () and result.refused == {}
    assert [each.code for each in result.findings] == ["RSH002"]
    old, new = source.decode().splitlines(), result.fixed["p.py"].decode().splitlines()
    if old != new:
        again = lint({"p.py": result.fixed["p.py"]}, unsafe=unsafe)
        assert again.findings == ()
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    return [line.strip() for line in new[at : at + len(new) - len(old)]]


names = pytest.mark.parametrize("name", ["reset", "reset_memory"])


@names
@pytest.mark.parametrize("body", ONLY_RESETS.values(), ids=ONLY_RESETS)
def test_what_only_resets_is_called_safely(body: str, name: str) -> None:
    assert applied(program(name, body)) == [f"self.{name}()"]


@names
@pytest.mark.parametrize("body", DOES_MORE.values(), ids=DOES_MORE)
def test_what_does_more_is_not_called_safely(body: str, name: str) -> None:
    source = program(name, body)
    assert applied(source) == []
    assert applied(source, unsafe=True) == [f"self.{name}()"]


@names
@pytest.mark.parametrize("body", NOT_CALLED.values(), ids=NOT_CALLED)
def test_what_undoes_the_load_or_begins_an_episode_is_not_called(body: str, name: str) -> None:
    source = program(name, body)
    assert applied(source) == []
    assert applied(source, unsafe=True) == ["self.memory = None"]


def test_a_state_that_is_made_otherwise_is_left_to_the_reader() -> None:
    source = program("reset", "self.memory = torch.zeros(1, 1, 12)\nself.core.reset_parameters()")
    first = b"\n\n    def pump"
    source = source.replace(b"self.memory = None" + first, b"self.memory = torch.zeros(1, 1, 12)" + first)
    assert applied(source, unsafe=True) == []


def test_of_two_resets_the_one_that_does_less_is_called() -> None:
    other = b"    def reset_all(self):\n        self.memory = None\n\n    def _blank("
    source = program("reset", "self.memory = None\nself.shifts += 1").replace(b"    def _blank(", other)
    assert applied(source) == ["self.reset_all()"]


def test_a_reset_to_be_awaited_is_not_called() -> None:
    source = program("reset", "self.memory = None").replace(b"def reset(", b"async def reset(")
    assert applied(source, unsafe=True) == ["self.memory = None"]


def test_the_base_may_do_more() -> None:
    base = "class Device:\n    def reset(self):\n        self.starts += 1\n\n\nclass Pump(Device):"
    source = program("reset", "super().reset()\nself.memory = None").replace(b"class Pump:", base.encode())
    assert applied(source) == []
    assert applied(source, unsafe=True) == ["self.reset()"]


DRILL = """\
import torch
from torch import nn


class Driller:
    def __init__(self, rig):
        self.rig = rig
        self.cell = nn.GRUCell(5, 9)
        self.carry = None

    def again(self):
        self.carry = None
        {then}

    def reset(self):
        return self.again()

    def drill(self, depth):
        self.carry = self.cell(depth, self.carry)
        return self.carry


def bore(driller: Driller, rounds, path):
    depth = driller.reset()
    for turn in range(rounds):
        if turn % 50 == 49:
            driller.cell.load_state_dict(torch.load(path))
        depth, gain, over, _ = driller.rig.step(driller.drill(depth))
        if over:
            depth = driller.reset()
"""


@pytest.mark.parametrize("then", ["return self.rig.reset()", "return self.rig.look()", "return self.rig.reset()[0]"])
def test_no_observation_is_dropped(then: str) -> None:
    source = DRILL.format(then=then).encode()
    fixed = lint({"p.py": source}, unsafe=True).fixed["p.py"].decode()
    load = "driller.cell.load_state_dict(torch.load(path))\n"
    assert fixed == source.decode().replace(load, f"{load}            driller.carry = None\n")


def test_what_gives_out_nothing_is_called() -> None:
    source = DRILL.format(then="").replace("return self.again()", "self.again()").encode()
    fixed = lint({"p.py": source}).fixed["p.py"].decode()
    assert "            driller.again()\n" in fixed or "            driller.reset()\n" in fixed
