"""Functions for torch to call: hooks that stay behind when a module is copied, and code that compilers leave alone."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch._C import _dynamo

# What compiles frames in this thread, None if nothing does. Not public: without it, the slow way is always taken.
compiling: Callable[[], object] = getattr(_dynamo.eval_frame, "get_eval_frame_callback", lambda: True)


# Has a compiler run this code as it is. Not public either; the mark that `keep_out` sets says the same, more slowly.
_skip_code: Callable[[object], None] = getattr(_dynamo.eval_frame, "skip_code", lambda code: None)


def keep_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have compilers leave this function alone, but not what it calls. It is returned itself, and costs no more."""
    _skip_code(function.__code__)
    function._torchdynamo_disable = True  # type: ignore[attr-defined]
    return function


def untraced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with all that it calls out of a compiler's sight, which would take what it reads for constants."""
    disable: Any = torch.compiler.disable  # torch gives it no types
    kept_out: Callable[..., Any] = disable(function)
    return kept_out


class Hook:
    """A callable for torch to call. In a copy and in a pickle it does nothing, and needs no import of ours."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        return self._function(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        # The one function of the standard library that takes anything, returns None and can be pickled.
        return getattr, (nullcontext(), "__exit__")
