"""Bytes -> whether files could hold a replacement of weights that makes some recurrent state stale."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lstm_lint.vocabulary import Vocabulary, names

_PARAMETERS = b".parameters()"
# How a tensor that came out of ``parameters()`` is written to.
_WRITTEN = re.compile(rb"\b(?:copy_|set_|lerp_|add_|sub_)\b|\.data\b|\[[ \t]*(?::|\.\.\.)[ \t]*\]")
# Receivers of these shapes may be recurrent algorithms whatever their names are.
_ALGORITHM = re.compile(rb"\.policy\b|\b(?:set_parameters|collect_rollouts|predict|learn)\b")
_IDENTIFIER = re.compile(rb"[^\W\d]\w*")


class Evidence:
    """What speaks for a stale state: both a replacement that is more than a method's name, and a place to keep a state.

    A state is kept by a class that the vocabulary calls recurrent or stateful, by a receiver shaped like an algorithm,
    or in a variable or attribute whose name looks like a state; the analysis knows no other.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        calls = sorted(word for word in vocabulary.words if word.decode("utf-8", "replace").isidentifier())
        self._replaced = re.compile(rb"(?<!def )\b(?:" + b"|".join(map(re.escape, calls)) + rb")\b")
        self._others = sorted(vocabulary.words - {*calls, _PARAMETERS})
        kept = {
            name.rpartition(".")[2].encode()
            for name, row in vocabulary.classes.items()
            if row.recurrent == "yes" or row.state
        }
        self._recurrent = re.compile(rb"\b(?:" + b"|".join(map(re.escape, sorted(kept))) + rb")\b")

    def suffices(self, files: Iterable[bytes]) -> bool:
        """Whether files that can see one another are worth analysing."""
        data = b"\n".join(files)
        return self._is_replaced(data) and self._is_kept(data)

    def _is_replaced(self, data: bytes) -> bool:
        if self._replaced.search(data) is not None or any(word in data for word in self._others):
            return True
        return _PARAMETERS in data and _WRITTEN.search(data) is not None

    def _is_kept(self, data: bytes) -> bool:
        if self._recurrent.search(data) is not None or _ALGORITHM.search(data) is not None:
            return True
        # Written once and read once at the least.
        often = (word for word, count in Counter(_IDENTIFIER.findall(data)).items() if count > 1)
        return any(names.looks_like_state(word.decode("utf-8", "replace")) for word in often)
