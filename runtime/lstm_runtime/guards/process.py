"""The hooks that torch keeps for the whole process: optimizer steps, and modules and parameters assigned to modules.

They are there while a guard is; each tells every guard that is installed.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any, Protocol

from torch import nn
from torch.nn.modules.module import (
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
from torch.utils.hooks import RemovableHandle

from lstm_runtime.remedies import Remedy, subscribe


class Listener(Protocol):
    """What a guard hears."""

    def before_step(self, parameters: set[int]) -> None:
        """An optimizer is about to write to the parameters with these ids."""

    def after_step(self, parameters: set[int]) -> None:
        """It did."""

    def module_assigned(self, parent: nn.Module, name: str, module: nn.Module | None) -> None:
        """`parent.name = module` is under way."""

    def parameter_assigned(self, parent: nn.Module) -> None:
        """A parameter of `parent` is about to be another one."""

    def remedied(self, remedy: Remedy) -> None:
        """Carried state was reset, re-warmed, or kept on purpose."""


_lock = threading.RLock()
_listeners: weakref.WeakSet[Any] = weakref.WeakSet()
_installed: list[Any] = []


def add(listener: Listener) -> None:
    """Tell this guard from now on, for as long as it lives."""
    with _lock:
        _listeners.add(listener)
        weakref.finalize(listener, _remove_if_unused)
        if not _installed:
            _installed.extend(_install())


def discard(listener: Listener) -> None:
    """Tell it no more."""
    with _lock:
        _listeners.discard(listener)
        _remove_if_unused()


def listeners() -> list[Any]:
    """The guards that are installed."""
    with _lock:
        return list(_listeners)


def _install() -> list[Any]:
    return [
        register_optimizer_step_pre_hook(_before_step),
        register_optimizer_step_post_hook(_after_step),
        register_module_module_registration_hook(_module_assigned),
        register_module_parameter_registration_hook(_parameter_assigned),
        subscribe(_remedied),
    ]


def _remove_if_unused() -> None:
    with _lock:
        if list(_listeners):  # its length still counts one that is just going
            return
        for handle in _installed:
            if isinstance(handle, RemovableHandle):
                handle.remove()
            else:
                handle()
        _installed.clear()


def _owned(optimizer: Optimizer) -> set[int]:
    return {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}


def _before_step(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    owned = _owned(optimizer)
    for listener in listeners():
        listener.before_step(owned)


def _after_step(optimizer: Optimizer, args: Any, kwargs: Any) -> None:
    owned = _owned(optimizer)
    for listener in listeners():
        listener.after_step(owned)


def _module_assigned(parent: nn.Module, name: str, module: nn.Module | None) -> None:
    for listener in listeners():
        listener.module_assigned(parent, name, module)


def _parameter_assigned(parent: nn.Module, name: str, parameter: nn.Parameter | None) -> None:
    for listener in listeners():
        listener.parameter_assigned(parent)


def _remedied(remedy: Remedy) -> None:
    for listener in listeners():
        listener.remedied(remedy)
