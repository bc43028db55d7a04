"""The terminal: errors, colour, bytes, and a progress bar for those who wait."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lstm_lint.reading import Progress as OnProgress


def complain(message: str, kind: str = "error") -> None:
    """Say on stderr what is wrong."""
    click.echo(f"lstm-lint: {kind}: {message}", err=True)


def plural(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}{'s' * (count != 1)}"


def wants_colour() -> bool:
    """Colour only where someone looks at it; NO_COLOR and FORCE_COLOR say otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def write_bytes(data: bytes) -> None:
    """Bytes to stdout, after the text that was written there before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class Progress:
    """A progress bar on stderr, when that is a terminal and the run turns out to be long."""

    _SECONDS = 1.0
    _WIDTH = 30

    def __enter__(self) -> OnProgress | None:
        self._start = time.monotonic()
        self._shown = False
        return self._step if sys.stderr.isatty() else None

    def _step(self, done: int, total: int) -> None:
        if time.monotonic() - self._start < self._SECONDS:
            return
        self._shown = True
        full = self._WIDTH * done // max(total, 1)
        click.echo(f"\r[{'#' * full}{' ' * (self._WIDTH - full)}] {done}/{total} files", nl=False, err=True)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
