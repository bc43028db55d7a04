"""The guard itself: it hears of weights that change and of states that are used, and acts on what does not match."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lstm_runtime.adapters.stable_baselines import is_algorithm
from lstm_runtime.guards import process, verdict
from lstm_runtime.guards.attachment import Attachment
from lstm_runtime.guards.location import frames, user_location
from lstm_runtime.guards.mending import initial_values, slots_or_none
from lstm_runtime.guards.parts import parts_of
from lstm_runtime.guards.remedy import Mender
from lstm_runtime.guards.report import GuardReport, StaleUse, WeightChange
from lstm_runtime.guards.switch import OnStale, effective_mode
from lstm_runtime.guards.watch import Watch
from lstm_runtime.remedies import Remedy
from lstm_runtime.states import carried_states


class Guard:
    """Asserts that a carried state is never used by other weights than those that made it; see `guard`.

    `report` counts what it has seen, `mode` is what it does about a stale use (None: switched off).
    """

    def __init__(self, model: object, on_stale: OnStale = "raise") -> None:
        self.target = model
        self.mode = effective_mode(on_stale)
        self.report = GuardReport()
        self._lock = threading.RLock()
        self._attachment: Attachment | None = None
        self._number = 0
        self._replayed = 0
        self._stepping: int | None = None
        self._updating = 0
        self._mender = Mender(model, rewarm=self.mode == "rewarm")
        if self.mode is not None:
            _refuse_without_parts(model)

    @property
    def is_installed(self) -> bool:
        """Whether it is attached. Never, while the environment variable LSTM_RUNTIME_GUARD says off."""
        return self._attachment is not None

    def install(self) -> Guard:
        """Attach it, if it is not. The state carried now is taken to belong to the weights in place now.

        Raises TypeError if there is no recurrent module to attach to.
        """
        with self._lock:
            if self.mode is not None and self._attachment is None:
                _refuse_without_parts(self.target)
                self._attachment = Attachment(self.target, self, self.look, self._lock)
                self._attachment.update()
                self._number = 0
                process.add(self)
        return self

    def uninstall(self) -> None:
        """Take everything off. The report stays."""
        with self._lock:
            process.discard(self)
            if self._attachment is not None:
                self._attachment.remove()
                self._attachment = None

    def __enter__(self) -> Guard:
        return self.install()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.uninstall()

    def __reduce__(self) -> Any:
        raise TypeError("a guard is not copied or pickled: make a new one for the other model")

    def adopt(self, state: object = None) -> None:
        """Take a state to belong to the weights in place: one that was resumed, or is kept on purpose.

        `state` is a state as `predict` returns it or as the model keeps it, of tensors or numpy arrays; None for all
        that the model carries. Raises ValueError if it holds nothing of the shape of a guarded module's state.
        """
        given = [kept.tensor for kept in carried_states(self.target)] if state is None else list(_tensors(state))
        self.look()
        fitting = [(watch, tensor) for watch in self._watches() for tensor in given if watch.fits(tensor)]
        if state is not None and self.is_installed and not fitting:
            names = ", ".join(watch.name for watch in self._watches())
            raise ValueError(f"nothing to adopt: no tensor in it has the shape of a state of {names}")
        for watch, tensor in fitting:
            watch.adopt(tensor)

    @contextmanager
    def updating(self) -> Iterator[None]:
        """Changes of the weights in here are ordinary training, as an optimizer's step is: updates written by hand."""
        self.look()
        self._updating += 1
        try:
            yield
        finally:
            with self._lock:
                self._updating -= 1
                self._accept()

    def look(self) -> None:
        """Find out now whether weights were replaced, rather than at the next use."""
        with self._lock:
            attachment = self._attachment
            if attachment is None or self._updating or self._is_mid_step():
                return
            hint, attachment.hint = attachment.hint, None
            fresh = attachment.update() if attachment.is_outdated else []
            before = {watch: watch.weights.identity for watch in attachment.watches.values()}
            traces = {watch: watch.weights.accept() for watch in before}
            changed = [watch for watch in before if watch in fresh or watch.weights.identity != before[watch]]
            if not changed:
                if hint is not None:
                    verdict.logger.info("%s left the weights as they were", hint)
                return
            if not all(watch.returns() for watch in changed):
                self._number += 1
            found = [traces[watch].of(watch.weights.other_than(before[watch])) for watch in changed]
            how, where = verdict.origin(hint, found)
            change = WeightChange(self._number, how, where, tuple(watch.name for watch in changed))
            kept = [state for slot in slots_or_none(self.target) for state in slot.tensors()]
            for watch in changed:
                for state in kept:
                    if watch.fits(state.tensor):
                        watch.note_kept(state.tensor)
                watch.leave(before[watch], change)
            self.report.replacements += 1
            self.report.changes.append(change)
            verdict.logger.info("weights #%d of %s: %s", change.number, ", ".join(change.modules), change)

    def _watches(self) -> list[Watch]:
        return [] if self._attachment is None else list(self._attachment.watches.values())

    def _accept(self) -> None:
        if self._attachment is not None and not self._attachment.is_outdated:
            self._attachment.hint = None
        for watch in self._watches():
            watch.accept_weights()

    def _is_mid_step(self) -> bool:
        """Whether an optimizer is at work: a closure of its step runs the module on weights that it only tries out."""
        if self._stepping is None:
            return False
        stack = frames(sys._current_frames().get(self._stepping))
        if any(frame.f_globals.get("__name__") == "torch.optim.optimizer" for frame in stack):
            return True
        # The step raised, so that nobody told of its end.
        self._stepping = None
        return False

    # What the process tells.

    def before_step(self, parameters: set[int]) -> None:
        if not self._owns(parameters):
            return
        with self._lock:  # else the step would write under the eyes of another thread that is looking
            if not all(
                watch.weights.untouched(watch.is_used) and watch.weights.same_samples() for watch in self._watches()
            ):
                self.look()
            self._stepping = threading.get_ident()

    def after_step(self, parameters: set[int]) -> None:
        if self._stepping is not None and self._owns(parameters):
            with self._lock:
                self._accept()
                self._stepping = None

    def _owns(self, parameters: set[int]) -> bool:
        return any(parameters & watch.weights.parameter_ids() for watch in self._watches())

    def module_assigned(self, parent: nn.Module, name: str, module: nn.Module | None) -> None:
        if self._attachment is not None:
            self._attachment.module_assigned(parent, name, module)

    def parameter_assigned(self, parent: nn.Module) -> None:
        for watch in self._watches():
            if watch.weights.is_held_by(parent):
                watch.weights.reconsider()

    def remedied(self, remedy: Remedy) -> None:
        if remedy.model is not self.target:
            return
        self.look()
        for kept in carried_states(self.target):
            for watch in self._watches():
                if watch.fits(kept.tensor):
                    watch.adopt(kept.tensor, None if kept.env_dim is None else remedy.envs)

    # What a watch asks.

    def judge(self, watch: Watch, state: tuple[Tensor, ...], stale: dict[int, int | None]) -> tuple[Tensor, ...] | None:
        use, is_new = self._use(watch, watch.width(state), stale)
        if self.mode == "raise":
            verdict.fail(use)
        if self.mode in {"reset", "rewarm"}:
            mended, done = self._mender.mend(state, use.envs, watch.env_dim(state))
            if is_new:
                use.action = done
                self.report.mended += 1
                verdict.log(use)
            return mended
        if is_new:
            (verdict.warn if self.mode == "warn" else verdict.log)(use)
        # Told once; and what comes of it is made by the weights in place.
        for tensor in state:
            watch.adopt(tensor, stale)
        return None

    def _use(self, watch: Watch, width: int, stale: dict[int, int | None]) -> tuple[StaleUse, bool]:
        """The record of this use, and whether it is a new one: actor and critic of one step are one use."""
        with self._lock:
            last = self.report.uses[-1] if self.report.uses else None
            envs = tuple(sorted(stale))
            if last is not None and self.mode != "raise" and last.goes_on(watch.name, envs, watch.generation):
                last.modules.append(watch.name)
                return last, False
            made_by = next((generation for generation in stale.values() if generation is not None), None)
            weights, change = watch.generation, watch.change
            use = StaleUse(
                [watch.name], envs, width, made_by, weights, change, verdict.entry(), user_location(), self.mode or ""
            )
            self.report.stale_uses += 1
            self.report.uses.append(use)
            return use, True

    def note_replay(self, watch: Watch) -> None:
        with self._lock:
            if watch.generation != self._replayed:
                self._replayed = watch.generation
                self.report.replays += 1
                verdict.logger.info("train() replays what other weights recorded; they are #%d now", watch.generation)

    def note_unreadable(self, error: Exception) -> None:
        if not self.report.unreadable:
            verdict.logger.warning("a state has no values to read here and is not judged: %s", error)
        self.report.unreadable += 1

    def initial_values(self, width: int) -> list[np.ndarray[Any, Any]]:
        return initial_values(self.target, width)


def guard(model: object, on_stale: OnStale = "raise") -> Guard:
    """Put `model` under guard; as a context manager, or until `uninstall`."""
    return Guard(model, on_stale).install()


def _refuse_without_parts(model: object) -> None:
    if parts_of(model):
        return
    name = type(model).__name__
    if is_algorithm(model) and getattr(model, "policy", None) is None:
        raise TypeError(f"this {name} has no policy yet (_init_setup_model=False): guard it after _setup_model()")
    raise TypeError(
        f"there is no recurrent module in this {name} to guard. Known are nn.LSTM, GRU, RNN and their cells, in a "
        "torch module or in one that the object holds in an attribute, as an algorithm of stable-baselines3 its policy"
    )


def _tensors(state: object) -> Iterator[Tensor]:
    if isinstance(state, Tensor):
        yield state
    elif isinstance(state, np.ndarray):
        # `predict` makes the same of it.
        yield torch.as_tensor(state, dtype=torch.float32)
    elif isinstance(state, Mapping | tuple | list):
        for child in state.values() if isinstance(state, Mapping) else state:
            yield from _tensors(child)


def guard_reports(model: object) -> list[GuardReport]:
    """What the guards that are installed on `model` have seen; empty if there is none."""
    return [listener.report for listener in process.listeners() if listener.target is model]
