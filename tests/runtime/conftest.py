"""What all tests of the runtime share."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _no_guard_of_an_earlier_test() -> None:
    """A guard lives as long as its model, which a test that ended may still hold."""
    process = sys.modules.get("lstm_runtime.guards.process")
    for left in process.listeners() if process is not None else ():
        left.uninstall()
