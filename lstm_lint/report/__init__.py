"""Reporters: an outcome -> text for people or for machines; each is a pure function in a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from lstm_lint.outcome import Outcome

FORMATS = ("text", "json", "github", "sarif")


def machine_report(name: str) -> Callable[[Outcome], str]:
    """The reporter of an output format other than text."""
    return cast("Callable[[Outcome], str]", import_module(f"lstm_lint.report.{name}").render)
