"""Lowering on real code: every call appears once, and every span is where libcst's own provider puts it."""

from __future__ import annotations

import ast
import dataclasses
import pickle
import random
import sysconfig
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from lstm_lint.facts import Call, ModuleFacts
from lstm_lint.lower import lower
from lstm_lint.model import Span
from lstm_lint.source import Source

Batch = list[tuple[Source, ModuleFacts, Mapping[cst.CSTNode, CodeRange]]]


def _corpus(count: int) -> list[Path]:
    """A fixed sample of the standard library and of libcst itself, which is everywhere where we run."""
    roots = [Path(sysconfig.get_path("stdlib")), Path(cst.__file__).parent]
    files = sorted(
        path
        for root in roots
        for path in root.rglob("*.py")
        if "lib2to3" not in path.parts
        and "site-packages" not in path.relative_to(root).parts
        and path.stat().st_size < 60_000
        and "bad" not in path.name
    )
    return random.Random(7).sample(files, count)


@pytest.fixture(scope="module", params=range(6))
def batch(request: pytest.FixtureRequest) -> Batch:
    """A sixth of the corpus: each file lowered, and where the provider puts its nodes."""
    found: Batch = []
    for path in _corpus(60)[request.param :: 6]:
        data = path.read_bytes()
        try:
            ast.parse(data)
        except SyntaxError:
            continue
        source = Source.from_bytes(str(path), data)
        wrapper = MetadataWrapper(cst.parse_module(source.text), unsafe_skip_copy=True)
        found.append((source, lower(source), wrapper.resolve(PositionProvider)))
    assert found
    return found


def _walk(value: object, seen: set[int]) -> Iterator[object]:
    """Every fact below ``value``, each object once."""
    if id(value) in seen:
        return
    if isinstance(value, (tuple, list)) and not isinstance(value, Span):
        for item in value:
            yield from _walk(item, seen)
    elif isinstance(value, dict):
        yield from _walk(list(value.values()), seen)
    elif dataclasses.is_dataclass(value):
        seen.add(id(value))
        yield value
        for field in dataclasses.fields(value):
            yield from _walk(getattr(value, field.name), seen)


def _span(found: CodeRange) -> Span:
    return Span(found.start.line, found.start.column + 1, found.end.line, found.end.column + 1)


def test_every_call_is_in_the_body_once(batch: Batch) -> None:
    for source, facts, ranges in batch:
        expected = Counter(_span(where) for node, where in ranges.items() if isinstance(node, cst.Call))
        calls = Counter(fact.span for fact in _walk(facts.body, set()) if isinstance(fact, Call))
        assert calls == expected, source.path


def test_statements_stand_where_the_provider_says(batch: Batch) -> None:
    kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.MatchCase)
    for source, facts, ranges in batch:
        expected = Counter(_span(where)[2:] for node, where in ranges.items() if isinstance(node, kinds))
        assert Counter(statement.span[2:] for statement in facts.statements) == expected, source.path
        starts = Counter(
            _span(ranges[node.decorators[0] if getattr(node, "decorators", ()) else node])[:2]
            for node in ranges
            if isinstance(node, kinds)
        )
        assert Counter(statement.span[:2] for statement in facts.statements) == starts, source.path


def test_statements_are_in_order_below_their_parents(batch: Batch) -> None:
    for source, facts, _ in batch:
        table = facts.statements
        assert [one.span[:2] for one in table] == sorted(one.span[:2] for one in table), source.path
        for index, statement in enumerate(table):
            text = source.text[source.offset(*statement.header[:2]) : source.offset(*statement.header[2:])]
            assert statement.parent < index
            assert statement.kind == "simple" or text.endswith(":"), (source.path, text)
            if statement.parent >= 0:
                outer = table[statement.parent]
                assert outer.kind != "simple"
                assert outer.header[2:] <= statement.span[:2] and statement.span[2:] <= outer.span[2:]


def test_every_step_knows_a_statement_that_holds_it(batch: Batch) -> None:
    for source, facts, _ in batch:
        used = {at for fact in _walk(facts.body, set()) if isinstance(at := getattr(fact, "at", None), int)}
        assert used - {-1} == set(range(len(facts.statements))), source.path


def test_comments_are_those_of_the_tree(batch: Batch) -> None:
    for source, facts, ranges in batch:
        found = [node.value for node in ranges if isinstance(node, cst.Comment)]
        assert Counter(comment.text for comment in facts.comments) == Counter(found), source.path
        for comment in facts.comments:
            assert source.line(comment.line)[comment.column - 1 :] == comment.text


def test_facts_survive_pickling(batch: Batch) -> None:
    for source, facts, _ in batch:
        assert pickle.loads(pickle.dumps(facts)) == facts, source.path
