"""Hooks on modules that stay behind when the module is copied, pickled or saved."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch._C import _dynamo

# What compiles frames in this thread, None if nothing does. Not public: without it, the slow way is always taken.
_compiling: Callable[[], object] = getattr(_dynamo.eval_frame, "get_eval_frame_callback", lambda: True)


class Hook:
    """A callable for torch to call. In a copy and in a pickle it does nothing, and needs no import of ours."""

    def __init__(self, function: Callable[..., Any]) -> None:
        disable: Any = torch.compiler.disable  # torch gives it no types
        self._function = function
        # A compiler that traced it would take the numbers that it reads for constants. To keep it out costs as much
        # as all that the function does, so that is done only where one is at work.
        self._untraced: Callable[..., Any] = disable(function)

    def __call__(self, *args: Any) -> Any:
        return self._function(*args) if _compiling() is None else self._untraced(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        # The one function of the standard library that takes anything, returns None and can be pickled.
        return getattr, (nullcontext(), "__exit__")
