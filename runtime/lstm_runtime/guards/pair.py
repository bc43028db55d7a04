"""The quick way for both layers of a recurrent policy of sb3-contrib at once, after a replacement.

Mostly a step of the policy feeds back what both made in the last one, and no write shows. So the first layer asks all
of this for both, in one function, and the second only whether it is fed what the first has asked about. What they make
is remembered for both at the end of the step. It is the same that each does alone: done in one go, it finds its own
code in the caches, and a state that was put to zero where episodes began need not be searched for.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from threading import get_ident
from types import CodeType
from typing import Any, Protocol

import torch
from torch import nn

from lstm_runtime.guards.forwards import Forward, Post, Run
from lstm_runtime.guards.hook import keep_out
from lstm_runtime.guards.made import LARGE, Ask, Made, when_followed
from lstm_runtime.guards.steps import Policy, Step, Steps
from lstm_runtime.guards.weights import Weights

# How many callers up the function is that masks states: ours, the stand-in, torch's two.
_MASKING_DEPTH = 4

# Hooks for all modules, which see what a layer returns before it is remembered. Not public.
_hooks_of_all: Any = getattr(nn.modules.module, "_global_forward_hooks", None)


class Member(Protocol):
    """What a pair asks of the watch of a layer."""

    weights: Weights
    made: Made
    generation: int
    follows: bool

    @property
    def post(self) -> Post | None:
        """Where it is asked."""

    def closer(self) -> Ask:
        """What finds it, if it still lives."""


class Pair:
    """The watches of a policy's two layers, which it does not keep alive."""

    def __init__(self, policy: Policy, actor: Member, critic: Member) -> None:
        self.policy = policy
        self._actor, self._critic = weakref.ref(actor), weakref.ref(critic)

    def shorten(self) -> bool:
        """Take the quick way for both, if both can; says so."""
        actor, critic = self._actor(), self._critic()
        if actor is None or critic is None or actor.post is None or critic.post is None:
            return False
        if not all(one.follows and one.weights.is_quick for one in (actor, critic)):
            return False
        masking, steps = self.policy.masking, self.policy.steps
        first = when_first(_Kept(actor), _Kept(critic), steps, masking)
        second = when_second(_Kept(critic), steps, masking)
        if not (actor.post.shorten(None, first) and critic.post.shorten(None, second)):
            return False
        self.policy.follow()
        return True


class _Kept:
    """One layer, with all that may be kept of its watch."""

    def __init__(self, member: Member) -> None:
        # The look first: it says no as soon as another thread puts another generation in place.
        self.look = member.weights.quick
        self.weights, self.made, self.generation = member.weights, member.made, member.generation
        self.ask = member.closer()
        self.alone = when_followed(self.look, self.made, self.generation, False, self.ask)


def when_first(one: _Kept, two: _Kept, steps: Steps, masking: CodeType | None) -> Run:
    """A call of the layer that runs first in a step."""
    keep, alone, ask = _keeping(one, two), one.alone, one.ask
    look, look_at_second, seconds = one.look, two.look, two.weights
    made, mades, generation, generations = one.made, two.made, one.generation, two.generation

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        step = steps.get(get_ident())
        if step is None or step.is_begun:
            if step is not None:
                keep(step)
            return alone(forward, module, input, state)
        step.is_begun = True
        is_untouched = look()
        if is_untouched and not look_at_second():
            # Its turn to compare all may have been this one.
            seconds.doubt()
            is_untouched = False
        last, lasts = made.last, mades.last
        if is_untouched and last is not None and lasts is not None:
            kept, by, view, octets = last
            critics, bys, views, octetses = lasts
            if (
                by == generation
                and bys == generations
                and view is not None
                and views is not None
                and view.tobytes() == octets
                and views.tobytes() == octetses
                and not (module._forward_pre_hooks or module._forward_hooks or _hooks_of_all)
                and (state is kept or _is_masked(masking, kept))
            ):
                step.critics, step.keep = critics, keep
                output = forward(module, input, state)
                step.pi = output[1]
                return output
        closer = ask()
        if closer is None:
            return forward(module, input, state)
        return closer.call_closely(forward, module, input, state, is_untouched)

    return keep_out(run)


def when_second(two: _Kept, steps: Steps, masking: CodeType | None) -> Run:
    """A call of the layer that runs after it."""
    alone = two.alone

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        step = steps.get(get_ident())
        if step is None:
            return alone(forward, module, input, state)
        critics = step.critics
        step.critics = None
        if (
            critics is not None
            and not (module._forward_pre_hooks or module._forward_hooks or _hooks_of_all)
            and (state is critics or _is_masked(masking, critics))
        ):
            output = forward(module, input, state)
            step.vf = output[1]
            return output
        if step.keep is not None:
            step.keep(step)
        return alone(forward, module, input, state)

    return keep_out(run)


def _is_masked(masking: CodeType | None, kept: Any) -> bool:
    frame = sys._getframe(1 + _MASKING_DEPTH)
    return frame.f_code is masking and frame.f_locals.get("lstm_states") is kept


def _keeping(one: _Kept, two: _Kept) -> Callable[[Step], None]:
    """What has the states that a step's layers returned remembered."""
    made, mades, generation, generations = one.made, two.made, one.generation, two.generation
    note, notes, width, widths = made.note, mades.note, made.width, mades.width

    def keep(step: Step) -> None:
        pi, vf, step.pi, step.vf = step.pi, step.vf, None, None
        if pi is not None and vf is not None:
            try:
                first, second = pi[0], vf[0]
                if first.dtype is torch.float32 and second.dtype is torch.float32:
                    view, views = first.numpy(), second.numpy()
                    octets, octetses = view.tobytes(), views.tobytes()
                    if len(octets) < LARGE and len(octetses) < LARGE:
                        made.acted, mades.acted = generation, generations
                        made.last = pi, generation, view, octets
                        mades.last = vf, generations, views, octetses
                        note((octets, generation, width))
                        notes((octetses, generations, widths))
                        return
            except (RuntimeError, TypeError, NotImplementedError):
                pass  # as in `Made.keep`
        if pi is not None:
            made.keep(pi, generation)
        if vf is not None:
            mades.keep(vf, generations)

    return keep_out(keep, with_callees=True)


keep_out(_is_masked)
