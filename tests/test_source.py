"""Bytes to text and back: encodings, newlines, offsets, edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lint.model import Edit, Span
from lstm_lint.source import Source, SourceError


def _source(data: bytes) -> Source:
    return Source.from_bytes("program.py", data)


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"", "utf-8", ""),
        ("x = 'é'\n".encode(), "utf-8", "x = 'é'\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "utf-8", "x = 1\r\n"),
        (b"\xef\xbb\xbf# coding: utf8\n", "utf-8", "# coding: utf8\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "iso8859-1", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/bin/sh\r# vim: fileencoding=cp1252\rx = '\x80'\r", "cp1252", None),
        (b"x = 1\n# coding: latin-1\n", "utf-8", None),
        (b"\n\n# coding: latin-1\n", "utf-8", None),
        (b"# coding: utf-8-sig\nx = 1\n", "utf-8", None),
        ("# coding: shift_jis\nx = '表'\n".encode("shift_jis"), "shift_jis", "# coding: shift_jis\nx = '表'\n"),
    ],
)
def test_decodes_as_python_does(data: bytes, encoding: str, text: str | None) -> None:
    source = _source(data)
    assert source.encoding == encoding
    assert source.text == (source.text if text is None else text)
    assert source.apply([]) == data


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        (b"x = 1\ny = '\xe9'\n", 2, 6, "not utf-8"),
        ("é = '".encode() + b"\xff'", 1, 6, "not utf-8"),
        (b"# coding: klingon\n", 1, 1, "unknown encoding 'klingon'"),
        (b"#\n# coding: klingon\n", 2, 1, "unknown encoding"),
        (b"# coding: hex\n61\n", 1, 1, "no text encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n", 1, 1, "contradicts"),
        (b"x = 1\n\ny = \0\n", 3, 5, "NUL"),
        ("x = 1".encode("utf-16"), 1, 1, "UTF-16"),
        (b"# coding: utf-7\nx = '+AGE-'\n", 1, 1, "round trip"),
    ],
)
def test_says_where_and_why_bytes_are_no_text(data: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        _source(data)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("data", "newline"),
    [(b"", "\n"), (b"a\r\nb\r\nc\n", "\r\n"), (b"a\rb\r", "\r"), (b"a\nb\r\nc\n", "\n"), (b"a\fb", "\n")],
)
def test_newline_is_the_one_the_file_uses_most(data: bytes, newline: str) -> None:
    assert _source(data).newline == newline


def test_each_line_has_its_own_newline() -> None:
    source = _source(b"a\r\nb\nc\r\rd")
    assert [source.ending(n) for n in range(1, 6)] == ["\r\n", "\n", "\r", "\r", "\r"]
    assert _source(b"").ending(1) == "\n"


@pytest.mark.parametrize(
    ("line", "indent"),
    [("x", ""), ("  x", "  "), ("\tx", "\t"), ("\fx", ""), ("\f  x", "  "), ("    \f  x", "  "), ("", "")],
)
def test_a_form_feed_begins_the_indentation_anew(line: str, indent: str) -> None:
    assert _source(f"if a:\n{line}\n".encode()).indent(2) == indent


def test_lines_end_at_newlines_only() -> None:
    source = _source("a\x0cb\u2028c\x1cd\x85e\r\nf\rg\nh".encode())
    assert [source.line(n) for n in range(1, 5)] == ["a\x0cb\u2028c\x1cd\x85e", "f", "g", "h"]
    assert source.offset(3, 1) == source.text.index("g")
    assert source.position(source.text.index("h")) == (4, 1)


def test_columns_are_code_points() -> None:
    source = _source("x = '🐍'; y\n".encode())
    assert source.text[source.offset(1, 10)] == "y"


@pytest.mark.parametrize(("line", "column"), [(0, 1), (3, 1), (1, 0), (1, 7)])
def test_a_place_outside_the_file_is_refused(line: int, column: int) -> None:
    with pytest.raises(ValueError, match="there is no"):
        _source(b"abcd\n").offset(line, column)


def _insert(line: int, column: int, text: str) -> Edit:
    return Edit(Span(line, column, line, column), text)


def test_edits_leave_every_other_byte() -> None:
    data = b"\xef\xbb\xbfa = 1\r\n\tb = 2\rc\x0c= 3\n# no newline"
    edits = [_insert(2, 2, "x; "), Edit(Span(1, 5, 1, 6), "one"), _insert(4, 13, "\r\nend")]
    assert _source(data).apply(edits) == (b"\xef\xbb\xbfa = one\r\n\tx; b = 2\rc\x0c= 3\n# no newline\r\nend")


def test_edits_are_written_in_the_encoding_of_the_file() -> None:
    source = _source(b"# coding: latin-1\nx = '\xe9'\n")
    assert source.apply([_insert(3, 1, "y = 'ü'\n")]) == b"# coding: latin-1\nx = '\xe9'\ny = '\xfc'\n"
    with pytest.raises(SourceError, match="cannot be written"):
        source.apply([_insert(3, 1, "y = '表'\n")])


def test_equal_insertions_count_once() -> None:
    assert _source(b"b\n").apply([_insert(1, 1, "a\n"), _insert(1, 1, "a\n")]) == b"a\nb\n"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(Span(1, 1, 1, 4), "x"), Edit(Span(1, 3, 1, 5), "y")],
        [Edit(Span(1, 1, 1, 4), "x"), Edit(Span(1, 1, 1, 4), "y")],
        [_insert(1, 2, "x"), _insert(1, 2, "y")],
        [Edit(Span(1, 1, 1, 4), "x"), _insert(1, 2, "y")],
    ],
)
def test_overlapping_edits_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        _source(b"abcdef\n").apply(edits)


def test_adjacent_edits_are_none_that_overlap() -> None:
    edits = [Edit(Span(1, 3, 1, 5), "34"), Edit(Span(1, 1, 1, 3), "12")]
    assert _source(b"abcdef\n").apply(edits) == b"1234ef\n"


@given(st.text(alphabet="ab\r\n\f\u2028é🐍"))
def test_every_offset_has_one_position(text: str) -> None:
    source = _source(text.encode())
    for offset in range(len(text) + 1):
        assert source.offset(*source.position(offset)) == offset
    assert source.apply([]) == text.encode()
