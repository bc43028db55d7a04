"""Where syntax nodes stand: code generation that counts tokens instead of measuring text.

libcst's parser keeps no positions; its metadata provider regenerates the code and splits every token at newlines.
Here a node only remembers how many tokens came before and after it, and the offsets are summed up once at the end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import libcst as cst
from libcst._nodes.internal import CodegenState

from lstm_lint.facts import Comment
from lstm_lint.lower.parsing import TOO_DEEP, ParseError, Readable
from lstm_lint.model import Span
from lstm_lint.source import NEWLINE, Source

_NOT_GIVEN_BACK = "the parser does not give this file back as it is, so its positions cannot be trusted"
_BLANK = re.compile(r"[ \t\f]|\\\r?\n")


class _Recorder(CodegenState):
    """A code generation state that is its own context manager for syntactic positions."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.ranges: dict[int, tuple[int, int]] = {}
        self.entries: dict[int, int] = {}
        self._open: list[tuple[int, int, Any, Any]] = []
        # An instance attribute: appending is all that a token needs, without a Python frame in between.
        self.add_token = self.tokens.append  # type: ignore[method-assign, assignment]

    def record_syntactic_position(self, node: Any, *, start_node: Any = None, end_node: Any = None) -> Any:
        self._open.append((id(node), len(self.tokens), start_node, end_node))
        return self

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        key, start, start_node, end_node = self._open.pop()
        end = len(self.tokens)
        if start_node is not None:
            self.entries[key] = start
            start = self.ranges[id(start_node)][0]
        if end_node is not None and id(end_node) in self.ranges:  # else a closing parenthesis, which comes last
            end = self.ranges[id(end_node)][1]
        self.ranges[key] = (start, end)

    def pop_trailing_newline(self) -> None:
        if self.tokens:
            self.tokens[-1] = ""


class Positions:
    """The spans of one module's nodes, by identity; the module must outlive it."""

    def __init__(self, module: cst.Module, source: Source, readable: Readable) -> None:
        recorder = _Recorder(module)
        try:
            module._codegen(recorder)
        except RecursionError:
            raise ParseError(TOO_DEEP, len(NEWLINE.split("".join(recorder.tokens)))) from None
        self.tokens = recorder.tokens
        self._ranges = recorder.ranges
        self._entries = recorder.entries
        self._starts = source.line_starts
        offsets = ends = list(accumulate(map(len, self.tokens), initial=0))
        if "".join(self.tokens) != readable.text:
            offsets, ends = _found_again(self.tokens, readable.text)
        self._offsets = readable.offset_in_file(offsets, source)
        self._ends = self._offsets if ends is offsets else readable.offset_in_file(ends, source)

    def span(self, node: cst.CSTNode) -> Span:
        """The node without the whitespace and parentheses around it."""
        first, last = self._ranges[id(node)]
        starts = self._starts
        start, end = self._offsets[first], self._ends[last]
        line = bisect_right(starts, start)
        base = starts[line - 1]
        if line < len(starts) and end >= starts[line]:
            end_line = bisect_right(starts, end)
            return Span(line, start - base + 1, end_line, end - starts[end_line - 1] + 1)
        return Span(line, start - base + 1, line, end - base + 1)

    def header_end(self, suite: cst.CSTNode) -> tuple[int, int]:
        """The place after the colon that opens ``suite``."""
        token = self._entries.get(id(suite))
        if token is None:
            token = self._ranges[id(suite)][0]
        while token and self.tokens[token - 1] != ":":
            token -= 1
        return self._place(self._ends[token])

    def colon_after(self, node: cst.CSTNode) -> tuple[int, int]:
        """The place after the first colon that follows ``node``."""
        token = self._ranges[id(node)][1]
        while self.tokens[token] != ":":
            token += 1
        return self._place(self._ends[token + 1])

    def comments(self, source: Source, fstrings: Sequence[cst.CSTNode]) -> tuple[Comment, ...]:
        """Every comment; a literal part of an f-string that starts with a number sign is none."""
        candidates = [index for index, token in enumerate(self.tokens) if token[:1] == "#"]
        inside = [self._ranges[id(node)] for node in fstrings] if candidates else []
        found: list[Comment] = []
        for index in candidates:
            if any(first <= index < last for first, last in inside):
                continue
            line, column = self._place(self._offsets[index])
            found.append(Comment(line, column, self.tokens[index], not source.line(line)[: column - 1].strip()))
        return tuple(found)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _found_again(tokens: Sequence[str], text: str) -> tuple[list[int], list[int]]:
    """For each token, and for the end, where in ``text`` it begins and where the one before it ends.

    The parser forgets white space before some colons, as in ``except KeyError :``. Raises ParseError where it forgot
    anything else: a statement that begins with a backslash may have come into the wrong block.
    """
    starts: list[int] = []
    ends = [0]
    at = 0
    for token in (*tokens, ""):
        while not text.startswith(token, at):
            blank = _BLANK.match(text, at)
            if blank is None or (text[at] == "\\" and not text[text.rfind("\n", 0, at) + 1 : at].strip()):
                raise ParseError(_NOT_GIVEN_BACK)
            at = blank.end()
        starts.append(at)
        at += len(token)
        ends.append(at)
    if at != len(text):
        raise ParseError(_NOT_GIVEN_BACK)
    return starts, ends[:-1]
