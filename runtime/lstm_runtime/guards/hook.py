"""Functions for torch to call: hooks that stay behind when a module is copied, and code that compilers leave alone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch
from torch._C import _dynamo

# What compiles frames in this thread, None if nothing does. Not public: without it, the slow way is always taken.
compiling: Callable[[], object] = getattr(_dynamo.eval_frame, "get_eval_frame_callback", lambda: True)


# What is being traced into a graph of TorchScript in this thread, None if nothing is. Not public.
tracing: Callable[[], object] = getattr(torch._C, "_get_tracing_state", lambda: None)


# Not public: what `torch._dynamo.eval_frame.skip_code` does, which is slow to load.
_Strategy, _Action = (getattr(_dynamo.eval_frame, name, None) for name in ("_FrameExecStrategy", "_FrameAction"))

# Whether a function of ours that is called while a compiler is at work can be kept from being compiled itself.
CAN_KEEP_OUT = _Strategy is not None and _Action is not None


def keep_out(function: Callable[..., Any], with_callees: bool = False) -> Callable[..., Any]:
    """Have compilers leave this function alone, and all that it calls if asked to.

    It is returned itself, and costs no more.
    """
    if _Strategy is not None and _Action is not None:
        callees = _Action.SKIP if with_callees else _Action.DEFAULT
        _dynamo.eval_frame.set_code_exec_strategy(function.__code__, _Strategy(_Action.SKIP, callees))
    function._torchdynamo_disable = True  # type: ignore[attr-defined]
    return function


def untraced(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with all that it calls out of a compiler's sight, which would take what it reads for constants."""
    disable: Any = torch.compiler.disable  # torch gives it no types
    kept_out: Callable[..., Any] = disable(function)
    return kept_out


def forget_compiled() -> None:
    """Have compilers look again at what they have compiled, which does not show them that a class changed."""
    dynamo: Any = sys.modules.get("torch._dynamo")
    if dynamo is not None:
        dynamo.reset()


def traces_layers() -> bool:
    """Whether compilers trace `nn.LSTM`, `GRU` and `RNN`, which they do not by default."""
    config: Any = sys.modules.get("torch._dynamo.config")
    return bool(getattr(config, "allow_rnn", False))


class Hook:
    """A callable for torch to call. In a copy and in a pickle it does nothing, and needs no import of ours."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        return self._function(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        # The one function of the standard library that takes anything, returns None and can be pickled.
        return getattr, (nullcontext(), "__exit__")
