"""Where a guard is attached: the recurrent modules of its target, wherever others are put in their place."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from itertools import chain
from typing import Any

from torch import nn
from torch.utils.hooks import RemovableHandle

from lstm_runtime.adapters.stable_baselines import is_algorithm
from lstm_runtime.guards import forwards, slot
from lstm_runtime.guards.chain import Layers
from lstm_runtime.guards.hook import Hook
from lstm_runtime.guards.parts import Part, parts_of, roots_of
from lstm_runtime.guards.steps import Policy, policy_class
from lstm_runtime.guards.trail import Write, written_now
from lstm_runtime.guards.watch import Judge, Watch


class Attachment:
    """The watches on a target, by the name of the recurrent module, and what tells that a module was replaced.

    `is_outdated` says that a module was assigned somewhere in it since `update`.
    """

    def __init__(self, target: object, judge: Judge, replaced: Callable[[], None], lock: threading.RLock) -> None:
        self.watches: dict[str, Watch] = {}
        self.is_outdated = True
        self.hint: Write | None = None
        self._target = target
        self._judge = judge
        # Called when the replacement is done, unlike those that are seen while they go on.
        self._replaced = replaced
        self._lock = lock
        self._modules: set[int] = set()
        self._handles: list[RemovableHandle] = []
        self._early: list[_Early] = []
        self._ends = self._listen_to_slots()

    def update(self) -> list[Watch]:
        """Watch the recurrent modules that are there now; returns the watches that are new."""
        self.is_outdated = False
        parts = parts_of(self._target)
        fresh = [self._watch(part) for part in parts if part.name not in self.watches]
        for part in parts:
            watch = self.watches[part.name]
            if watch.module is not part.module:
                watch.attach(part.module)
            watch.weights.move(part.places())
        for name in set(self.watches) - {part.name for part in parts}:
            self.watches.pop(name).end()
        self._listen_to_loads(parts)
        self._chain_up()
        return fresh

    def remove(self) -> None:
        """Take off everything."""
        for watch in self.watches.values():
            watch.end()
            if watch.layers is not None:
                watch.layers.policy.end()
        self.watches = {}
        self._remove_handles()
        for end in self._ends:
            end()
        self._ends = []

    def module_assigned(self, parent: nn.Module, name: str, module: nn.Module | None) -> None:
        """`parent.name = module` is under way, somewhere in the process."""
        if id(parent) not in self._modules:
            return
        with self._lock:
            self._outdate(name)
            # It gets there only after this. What is recurrent in it must tell when it is used.
            for part in parts_of(module):
                self._early.append(_Early(self, part.module))

    def watch_of_early(self, module: nn.Module) -> Watch | None:
        """The watch of a module that is used and was assigned after `update`, if that did not happen since."""
        if not self.is_outdated:
            return None
        self._replaced()
        return next((watch for watch in self.watches.values() if watch.module is module), None)

    def _chain_up(self) -> None:
        """Have the layers of a policy of sb3-contrib know of each other."""
        for watch in self.watches.values():
            watch.layers = None
        watches = {id(watch.module): watch for watch in self.watches.values() if isinstance(watch.module, nn.LSTM)}
        for module in chain.from_iterable(root.modules() for root in roots_of(self._target).values()):
            owner = policy_class(module)
            found = [watches.get(id(getattr(module, name, None))) for name in ("lstm_actor", "lstm_critic")]
            members = list(dict.fromkeys(watch for watch in found if watch is not None))
            if owner is not None and members:
                layers = Layers(Policy(module, owner), members)
                for watch in members:
                    watch.layers = layers

    def _watch(self, part: Part) -> Watch:
        plain = not is_algorithm(self._target)
        watch = Watch(part.name, part.module, part.places(), self._judge, plain, _capacity(self._target))
        self.watches[part.name] = watch
        return watch

    def _listen_to_loads(self, parts: list[Part]) -> None:
        self._remove_handles()
        roots = list(roots_of(self._target).values())
        self._modules = {id(module) for root in roots for module in root.modules()}
        upstream = {id(module): module for part in parts for module in part.upstream}
        for root in roots:
            upstream.pop(id(root), None)
            self._handles.append(_after_load(root, self._root_loaded))
        for module in upstream.values():
            self._handles.append(_after_load(module, self._loaded))

    def _loaded(self, module: nn.Module, keys: Any) -> None:
        self.hint = written_now("load_state_dict")
        for watch in self.watches.values():
            watch.weights.reconsider()  # it may have exchanged tensors below the parameters

    def _root_loaded(self, module: nn.Module, keys: Any) -> None:
        self._loaded(module, keys)
        self._replaced()

    def _remove_handles(self) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles = []
        for early in self._early:
            early.end()
        self._early = []

    def _listen_to_slots(self) -> list[Callable[[], None]]:
        if isinstance(self._target, nn.Module):
            return []
        own = weakref.ref(self)

        def assigned(instance: object, name: str) -> None:
            attachment = own()
            if attachment is not None and instance is attachment._target:
                attachment._assigned(name)

        ends = [slot.listen(type(self._target), name, assigned) for name in roots_of(self._target)]
        for end in ends:
            weakref.finalize(self, end)
        return ends

    def _assigned(self, name: str) -> None:
        with self._lock:
            self._outdate(name)
            self._replaced()

    def _outdate(self, name: str) -> None:
        self.hint = written_now(f"{name} = ...")
        self.is_outdated = True
        for watch in self.watches.values():
            watch.weights.suspect()


class _Early:
    """Is asked at the calls of a recurrent module that has no watch yet."""

    def __init__(self, attachment: Attachment, module: nn.Module) -> None:
        self._attachment = attachment
        self.end = forwards.Post(module, self).end

    def call(self, forward: forwards.Forward, module: nn.Module, input: Any, state: Any) -> Any:
        # The watch that it gets now is too late for this call.
        watch = self._attachment.watch_of_early(module)
        return forward(module, input, state) if watch is None else watch.call(forward, module, input, state)


def _after_load(module: nn.Module, listener: Callable[[nn.Module, Any], None]) -> RemovableHandle:
    register: Any = module.register_load_state_dict_post_hook  # torch gives it no types
    handle: RemovableHandle = register(Hook(listener))
    return handle


def _capacity(target: Any) -> int:
    """How many columns of state to remember: two rollouts of an algorithm, 16384 at least."""
    steps, width = getattr(target, "n_steps", 0), getattr(target, "n_envs", 0)
    return max(16384, 2 * steps * width) if isinstance(steps, int) and isinstance(width, int) else 16384
