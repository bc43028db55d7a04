"""Answers that are kept by node."""

from __future__ import annotations

import pytest

from lstm_lint import memo


def test_each_node_is_asked_once_and_equal_ones_apart() -> None:
    asked: list[list[int]] = []

    @memo.by_node
    def size(node: list[int]) -> int:
        asked.append(node)
        return len(node)

    one, other = [1], [1]
    assert [size(one), size(other), size(one)] == [1, 1, 1]
    assert len(asked) == 2


def test_an_answer_of_none_is_kept() -> None:
    asked: list[object] = []
    question = memo.by_node(asked.append)
    node = object()
    question(node)
    question(node)
    assert asked == [node]


def test_answers_are_forgotten_past_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MOST", 2)
    asked: list[object] = []
    question = memo.by_node(asked.append)
    nodes = [object() for _ in range(3)]
    for node in (*nodes, nodes[0]):
        question(node)
    assert asked == [*nodes, nodes[0]]
