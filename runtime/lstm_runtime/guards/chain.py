"""The quick way for all layers of a recurrent policy of sb3-contrib at once.

In a rollout each step is given the very object that the last one returned. If that was not written to, and the weights
were not, there is nothing more to ask about the step: the first layer asks for all, the others only whether that was
done. No value of a state is looked at. What a layer made is kept as it is, and read when somebody asks for it.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle
from threading import get_ident
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from lstm_runtime.guards.forwards import Forward, Post, Run
from lstm_runtime.guards.hook import keep_out
from lstm_runtime.guards.made import Made
from lstm_runtime.guards.quick import NO_MORE, Sight, in_all, joined, together, version_of
from lstm_runtime.guards.steps import BROKEN, PASSED, Chain, Policy
from lstm_runtime.guards.weights import Weights

# Every so many steps all weights are asked for their versions and places, and a sample of their values is compared.
ASKED_EVERY, SAMPLED_EVERY = 8, 16

# Hooks for all modules, which see what a layer is fed and what it returns. Not public.
_fed_to_all: Any = getattr(nn.modules.module, "_global_forward_pre_hooks", None)
_returned_by_all: Any = getattr(nn.modules.module, "_global_forward_hooks", None)

# Says whether a step can go on with the state that it was given.
Accept = Callable[[Any], bool]


class Member(Protocol):
    """What is asked of the watch of a layer."""

    weights: Weights
    made: Made
    generation: int
    follows: bool

    @property
    def post(self) -> Post | None:
        """Where it is asked."""

    @property
    def returns_hidden(self) -> bool:
        """Whether the layer's output is the hidden state that it made, in memory of its own."""

    def alone(self) -> Run:
        """What is done at a call outside of the chain."""


class Layers:
    """The watches of a policy's layers, which it does not keep alive, in the order in which they run."""

    def __init__(self, policy: Policy, members: Iterable[Member]) -> None:
        self.policy = policy
        self._refs = [weakref.ref(member) for member in members]
        self.chain = Chain()
        self._generations: list[tuple[int, bool]] = []

    def shorten(self) -> bool:
        """Take the quick way for all, if all can; says so."""
        members = [member for ref in self._refs if (member := ref()) is not None]
        if len(members) < len(self._refs) or not all(member.weights.is_quick for member in members):
            return False
        # First of all: it says no as soon as another thread puts another generation in place.
        accept = when_unwritten([member.weights for member in members], [member.made.table.pack for member in members])
        generations = [(member.generation, member.follows) for member in members]
        if generations != self._generations:  # what others returned last is nothing to go on with
            self.chain, self._generations = Chain(), generations
        # Of the state of a policy that has one layer the critic's part is the one that is fed outside of a step.
        states = range(-len(members), 0)
        by_output = self.policy.keeps_outputs
        runs = [
            when_chained(self.chain, accept, member, which, by_output and member.returns_hidden)
            for member, which in zip(members, states, strict=True)
        ]
        for member, run in zip(members, runs, strict=True):
            if member.post is None or not member.post.shorten(run):
                return False
        self.policy.follow(self.chain)
        return True


def when_chained(chain: Chain, accept: Accept, member: Member, which: int, by_output: bool) -> Run:
    """A call of one of a policy's layers. `which` of the two states that the policy returns may be fed to it.

    `by_output`: its output is its hidden state in another place, where nobody writes, and need not be copied.
    """
    alone, given_in, generation, made_here = member.alone(), chain.given, member.generation, member.made
    keep = made_here.keep if member.follows else None
    note = made_here.note if member.follows and by_output else None
    width, has_gradients = made_here.width, torch.is_grad_enabled

    def run(forward: Forward, module: nn.Module, input: Any, state: Any) -> Any:
        thread = get_ident()
        given = given_in.get(thread)
        is_quiet = not (module._forward_pre_hooks or module._forward_hooks)
        if is_quiet and (given is PASSED or (given is not None and given is chain.last and accept(given))):
            given_in[thread] = PASSED
            made = forward(module, input, state)
            if note is not None:
                note((made[0], generation, width))
            elif keep is not None:
                keep(made[1], generation)
            return made
        if given is None:
            last = chain.last
            if last is not None:  # as for the value of what follows on a rollout
                made_here.take_over(last[which], generation)
        elif not is_quiet or _fed_to_all or _returned_by_all or has_gradients():
            given_in[thread] = BROKEN
        return alone(forward, module, input, state)

    return keep_out(run)


def when_unwritten(layers: Sequence[Weights], now_and_then: Sequence[Callable[[], None]]) -> Accept:
    """Says whether nothing was written to the state that a step was given, nor to the weights of its layers.

    What tells of a write by itself spoils the list of versions. For what does not, one parameter in turn is asked at a
    step, and all of them every `ASKED_EVERY` steps; every `SAMPLED_EVERY` steps samples are compared, and it calls what
    is to be done `now_and_then`.
    """
    sight = together([weights.sight for weights in layers])
    tensors, versions, values, held = sight.tensors, sight.versions, sight.values(), sight.held
    expected = len(versions)
    for weights in layers:
        weights.expect_also(versions)
    if not all(weights.is_quick for weights in layers):
        versions.append(NO_MORE)
    can_be_written = any(weights.is_handed_out for weights in layers)
    next_asked = cycle(_asked(sight, always_all=can_be_written)).__next__
    has_turn = cycle([False] * (SAMPLED_EVERY // ASKED_EVERY - 1) + [True]).__next__
    next_turn, has_gradients = cycle(sight.turns).__next__, torch.is_grad_enabled

    def accept(given: Any) -> bool:
        if len(versions) != expected or _fed_to_all or _returned_by_all:
            return False
        try:
            (hidden, cell), (critics, cells) = given
            if hidden._version or cell._version or critics._version or cells._version:
                return False
        except (RuntimeError, TypeError, ValueError):  # it is no such state, or counts no versions
            return False
        asked = next_asked()
        if asked is not None:
            holder, name, parameter, version = asked
            if holder.get(name) is parameter and parameter._version == version:
                return True
            versions.append(NO_MORE)  # the next layer would ask another one
            return False
        if has_gradients():
            return False
        try:
            is_untouched = [*map(version_of, tensors)] == versions and [*in_all(values)] == held
        except (RuntimeError, TypeError):  # as in a quick look
            is_untouched = False
        if not is_untouched:
            versions.append(NO_MORE)
            return False
        if has_turn():
            for do in now_and_then:
                do()
            views, samples = next_turn()
            if joined(views) != samples:
                for weights in layers:
                    weights.doubt()
                return False
        return True

    return keep_out(accept)


# A parameter, where it is held, and its version; None for all of them.
_Asked = tuple[dict[str, Any], str, Tensor, int] | None


def _asked(sight: Sight, always_all: bool) -> list[_Asked]:
    """What each of the next steps asks. `always_all`: a write to some of them need show nowhere else."""
    versions = {id(tensor): version for tensor, version in zip(sight.tensors, sight.versions, strict=False)}
    held = [(holder, name, value) for holder in sight.holders for name, value in holder.items()]
    alone = [(*place, versions[id(place[2])]) for place in held if id(place[2]) in versions]
    if always_all or not alone:
        return [None]
    in_turn = cycle(alone)
    return [None if step % ASKED_EVERY == 0 else next(in_turn) for step in range(1, ASKED_EVERY * len(alone) + 1)]
