"""One piece of work after another in processes that begin as copies of this one: nothing is sent but the results."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_job: Callable[[int], object] | None = None


def each(job: Callable[[int], T], count: int) -> list[T]:
    """``job(0)`` to ``job(count - 1)``, spread over the processors where processes can be forked.

    The job must not rely on what it changes: the changes of a copy are lost with it. What it returns is pickled.
    """
    global _job
    workers = min(os.cpu_count() or 1, count)
    if workers < 2 or sys.platform != "linux":
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
