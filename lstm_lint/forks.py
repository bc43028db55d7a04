"""Work shared with processes that begin as copies of this one: nothing is sent but the results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
_FORKS = sys.platform == "linux"

_job: Callable[[int], object] | None = None


def each(job: Callable[[int], T], count: int) -> list[T]:
    """``job(0)`` to ``job(count - 1)``, spread over the processors where processes can be forked.

    The job must not rely on what it changes: the changes of a copy are lost with it. What it returns is pickled.
    """
    global _job
    workers = min(os.cpu_count() or 1, count)
    if workers < 2 or not _FORKS:
        return [job(number) for number in range(count)]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    _job = job
    try:
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_run, range(count)))  # type: ignore[arg-type]
    except BrokenProcessPool:
        return [job(number) for number in range(count)]
    finally:
        _job = None


def _run(number: int) -> object:
    assert _job is not None
    return _job(number)


def which(test: Callable[[T], bool], items: Sequence[T], alone: bool = False) -> list[T]:
    """The items that pass a test, in their order; the processors share them evenly unless it is done ``alone``.

    Far cheaper to start than :func:`each`: an answer is one byte. What a lost process leaves is done by this one.
    """
    shares = 1 if alone or not _FORKS else max(min(os.cpu_count() or 1, len(items)), 1)
    children = [_Child(test, items[share::shares]) for share in range(1, shares)]
    answers = bytearray(len(items))
    answers[::shares] = _answers(test, items[::shares])
    for share, child in enumerate(children, 1):
        answers[share::shares] = child.answers()
    return [item for item, answer in zip(items, answers, strict=True) if answer]


def _answers(test: Callable[[T], bool], items: Sequence[T]) -> bytes:
    return bytes([test(item) for item in items])


class _Child(Generic[T]):
    """A process that tests items."""

    def __init__(self, test: Callable[[T], bool], items: Sequence[T]) -> None:
        self._test, self._items = test, items
        self._from, into = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._from)
                with open(into, "wb") as pipe:
                    pipe.write(_answers(test, items))
            finally:
                os._exit(0)  # whatever happened: nothing of the parent may run twice
        os.close(into)

    def answers(self) -> bytes:
        """One byte for each item."""
        with open(self._from, "rb") as pipe:
            found = pipe.read()
        os.waitpid(self._pid, 0)
        return found if len(found) == len(self._items) else _answers(self._test, self._items)
