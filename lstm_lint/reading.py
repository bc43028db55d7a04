"""Files -> bytes -> facts, in worker processes when there is enough to do; what goes wrong comes back as data."""

from __future__ import annotations

import gc
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lstm_lint.files import File, Problem
from lstm_lint.model import Finding
from lstm_lint.own import INTERNAL, UNREADABLE

if TYPE_CHECKING:
    from lstm_lint.facts import ModuleFacts

# Below this many bytes a pool of processes costs more than it saves (measured: about 0.25 s to start two workers
# that import libcst, about 0.1 s per 10 kB to lower).
_POOL_BYTES = 120_000
# An `elif` takes about six frames; Python 3.10 spends half a kilobyte of a stack of 8 MB on each.
_FRAMES = 6000

Progress = Callable[[int, int], None]


def read_files(files: Iterable[File], quiet: Iterable[File] = ()) -> tuple[dict[str, bytes], list[Problem]]:
    """The bytes of all files by absolute path; a file that cannot be read is a problem unless it is a quiet one."""
    loud, silent = list(files), list(quiet)
    wanted = loud + silent
    found = [_read(file.path) for file in wanted]
    contents = {file.path: data for file, data in zip(wanted, found, strict=True) if isinstance(data, bytes)}
    problems = [Problem(file.shown, data) for file, data in zip(loud, found, strict=False) if isinstance(data, str)]
    return contents, problems


def _read(path: str) -> bytes | str:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return "cannot read this file: it is no longer there"
    except OSError as error:
        return f"cannot read this file: {error.strerror or error}"


def objects(data: bytes) -> bool:
    """Whether Python's own parser objects to a source, or its text cannot be decoded; quick, and never a verdict."""
    import symtable

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            symtable.symtable(data, "<source>", "exec")  # type: ignore[arg-type]  # bytes bring their own encoding
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return True
    return False


@contextmanager
def large_input() -> Iterator[None]:
    """Without the cyclic garbage collector, and with room for a chain of hundreds of ``elif``.

    Syntax trees and facts are millions of objects without cycles: looking through them again and again takes two fifths
    of the time to lower a file and frees nothing.
    """
    enabled, limit = gc.isenabled(), sys.getrecursionlimit()
    _enlarge()
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if enabled:
            gc.enable()


def _enlarge() -> None:
    gc.disable()
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES))


def lower_one(shown: str, data: bytes) -> ModuleFacts | Finding | Problem:
    """The facts of one file, an RSH900 finding when it cannot be read, or a problem when we fail."""
    from lstm_lint.lower import ParseError, lower
    from lstm_lint.source import Source, SourceError

    if line := _too_deep(data):
        return UNREADABLE.at(shown, line, 1, "nested too deep: no Python can compile this expression")
    try:
        return lower(Source.from_bytes(shown, data))
    except (SourceError, ParseError) as error:
        line, column = getattr(error, "line", 1), getattr(error, "column", 1)
        return UNREADABLE.at(shown, line or 1, column or 1, getattr(error, "message", "") or str(error))
    except RecursionError:
        return UNREADABLE.at(shown, 1, 1, "nested too deep: an expression in this file cannot be followed")
    except Exception as error:  # one file must never take the others with it
        return internal_problem(shown, error)


def internal_problem(shown: str, error: BaseException) -> Problem:
    """The RSH909 entry for an exception of ours, with the place it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    return Problem(shown, f"{INTERNAL.code} internal error: {what}{where}; this file was not checked, please report it")


def _too_deep(data: bytes) -> int:
    """The line of brackets nested so deep that a parser might overflow its stack; 0 when there are none.

    Python's limit is 200. libcst has none and dies with the process, so it must not see such a file; only a file that
    Python itself objects to is looked at closely.
    """
    depth = deepest = 0
    if not objects(data):
        return 0
    for at, byte in enumerate(data):
        if byte in b"([{":
            depth += 1
            if depth > 400:
                deepest = data.count(b"\n", 0, at) + 1
                break
        elif byte in b")]}":
            depth = max(depth - 1, 0)
    return deepest


def lower_files(
    work: Mapping[str, bytes],
    jobs: int | None = None,
    progress: Progress | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> dict[str, ModuleFacts | Finding | Problem]:
    """:func:`lower_one` of every file (shown path -> bytes), in the order given; ``meanwhile`` while others do it."""
    total = len(work)
    workers = min(jobs or os.cpu_count() or 1, total)
    size = sum(map(len, work.values()))
    results: dict[str, ModuleFacts | Finding | Problem] = {}
    if workers > 1 and (jobs is not None or size > _POOL_BYTES):
        source = _pooled(work, workers, meanwhile)
    else:
        source = ((shown, lower_one(shown, data)) for shown, data in work.items())
    for shown, result in source:
        results[shown] = result
        if progress is not None:
            progress(len(results), total)
    return {shown: results[shown] for shown in work}


def _pooled(
    work: Mapping[str, bytes], workers: int, meanwhile: Callable[[], None]
) -> Iterator[tuple[str, ModuleFacts | Finding | Problem]]:
    """The results as they come; a worker that dies costs only the file that killed it."""
    import multiprocessing
    from concurrent.futures import Future, ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    # Large files first, so that none of them starts last and keeps the others waiting.
    todo = sorted(work, key=lambda shown: -len(work[shown]))
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_enlarge) as pool:
        futures: dict[Future[ModuleFacts | Finding | Problem], str] = {}
        for shown in todo:
            futures[pool.submit(lower_one, shown, work[shown])] = shown
        meanwhile()
        lost = []
        for future in as_completed(futures):
            shown = futures[future]
            try:
                yield shown, future.result()
            except BrokenProcessPool:
                lost.append(shown)
            except Exception as error:  # the facts did not survive the way back
                yield shown, internal_problem(shown, error)
    for shown in lost:
        with ProcessPoolExecutor(1, mp_context=context, initializer=_enlarge) as pool:
            try:
                yield shown, pool.submit(lower_one, shown, work[shown]).result()
            except BrokenProcessPool:
                yield shown, Problem(shown, f"{INTERNAL.code} internal error: the parser died on this file")
