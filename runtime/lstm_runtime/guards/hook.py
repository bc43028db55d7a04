"""Hooks on modules that stay behind when the module is copied, pickled or saved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch


class Hook:
    """A callable for torch to call. In a copy and in a pickle it does nothing, and needs no import of ours."""

    def __init__(self, function: Callable[..., Any]) -> None:
        disable: Any = torch.compiler.disable  # torch gives it no types
        # A compiler that traced it would take the numbers that it reads for constants.
        self._function: Callable[..., Any] = disable(function)

    def __call__(self, *args: Any) -> Any:
        return self._function(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        # The one function of the standard library that takes anything, returns None and can be pickled.
        return getattr, (nullcontext(), "__exit__")
