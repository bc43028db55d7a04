"""Attributes whose names Python mangles: which code means the same one, and how a fix writes it."""

from __future__ import annotations

import pickle

import pytest
from linting import lint

from lstm_lint.facts.private import Private, attribute

KEEPER = """\
import torch
from torch import nn


class Keeper:
    def __init__(self):
        self.net = nn.LSTM(5, 7)
        self.__trace = None

    def keep(self, ball):
        out, self.__trace = self.net(ball, self.__trace)
        return out
"""
MATCH = """

def match(keeper: Keeper, pitch, path):
    ball = pitch.reset()
    for minute in range(90):
        if minute == 45:
            keeper.net.load_state_dict(torch.load(path))
            {then}
        ball = pitch.step(keeper.keep(ball))
"""
SUBSTITUTE = """

class Substitute(Keeper):
    def come_on(self, path):
        self.net.load_state_dict(torch.load(path))
        {then}
"""
COACH = """

class Coach:
    def __init__(self, keeper: Keeper):
        self.keeper = keeper

    def half_time(self, ball, path):
        self.keeper.keep(ball)
        self.keeper.net.load_state_dict(torch.load(path))
        {then}
        return self.keeper.keep(ball)
"""


def codes(text: str) -> list[str]:
    result = lint({"p.py": text.encode()})
    assert result.problems == ()
    return [each.code for each in result.findings]


@pytest.mark.parametrize(
    ("rest", "then", "written"),
    [
        (MATCH, "pass", "keeper._Keeper__trace = None"),
        (MATCH, "keeper.__trace = None", "keeper._Keeper__trace = None"),
        (SUBSTITUTE, "pass", "self._Keeper__trace = None"),
        (SUBSTITUTE, "self.__trace = None", "self._Keeper__trace = None"),
        (COACH, "self.keeper.__trace = None", "self.keeper._Keeper__trace = None"),
        (COACH, "self.keeper._Coach__trace = None", "self.keeper._Keeper__trace = None"),
    ],
)
def test_the_private_attribute_of_another_class_is_another(rest: str, then: str, written: str) -> None:
    text = KEEPER + rest.format(then=then)
    assert set(codes(text)) & {"RSH001", "RSH002"}
    fixed = lint({"p.py": text.encode()}, unsafe=True).fixed["p.py"].decode()
    assert [line.strip() for line in fixed.splitlines() if line not in text.splitlines()] == [written]
    assert codes(fixed) == []


@pytest.mark.parametrize(
    ("rest", "then"),
    [
        (MATCH, "keeper._Keeper__trace = None"),
        (SUBSTITUTE, "self._Keeper__trace = None"),
        (COACH, "self.keeper._Keeper__trace = None"),
    ],
)
def test_the_mangled_name_is_the_attribute(rest: str, then: str) -> None:
    assert codes(KEEPER + rest.format(then=then)) == []


def test_a_class_writes_its_own_name() -> None:
    load = "\n    def sign(self, path):\n        self.net.load_state_dict(torch.load(path))\n"
    fixed = lint({"p.py": (KEEPER + load).encode()}, unsafe=True).fixed["p.py"].decode()
    assert fixed == f"{KEEPER}{load}        self.__trace = None\n"
    assert codes(fixed) == []


def test_a_part_under_a_private_name_is_reset_where_that_is_known() -> None:
    club = COACH.replace("self.keeper", "self.__keeper").format(then="pass")
    fixed = lint({"p.py": (KEEPER + club).encode()}, unsafe=True).fixed["p.py"].decode()
    assert "        self.__keeper._Keeper__trace = None\n" in fixed
    assert codes(fixed) == []


def test_a_private_method_is_found() -> None:
    load = "\n    def sign(self, path):\n        self.net.load_state_dict(torch.load(path))\n        self.__clear()\n"
    assert codes(f"{KEEPER}{load}\n    def __clear(self):\n        self.__trace = None\n") == []


@pytest.mark.parametrize(
    ("written", "qualifier", "owner"),
    [
        ("__h", "C.", "C"),
        ("__h", "C.act.<locals>.", "C"),
        ("__h", "f.<locals>.C.act.<locals>.g.<locals>.", "C"),
        ("__h", "C.D.act.<locals>.", "D"),
        ("__h", "__C.act.<locals>.", "C"),
        ("__h", "f.<locals>.", ""),
        ("__h", "", ""),
        ("_C__h", "", "C"),
        ("_C__h", "D.act.<locals>.", "C"),
    ],
)
def test_the_class_of_a_private_name(written: str, qualifier: str, owner: str) -> None:
    found = attribute(written, qualifier)
    assert found == Private("__h", owner, "__h")
    assert found != Private("__h", "Other", "__h")
    assert str(found) == written
    assert {found: 1}["__h"] == 1
    again = pickle.loads(pickle.dumps(found))
    assert (again, again.owner, str(again)) == (found, owner, written)


@pytest.mark.parametrize("written", ["h", "_h", "__h__", "_lower__h", "_C__h__", "___"])
def test_other_names_are_plain(written: str) -> None:
    assert type(attribute(written, "C.act.<locals>.")) is str
