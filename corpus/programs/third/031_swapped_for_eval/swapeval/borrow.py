from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import torch

from .policy import CarryingPolicy


@contextlib.contextmanager
def borrowed(policy: CarryingPolicy, weights: dict[str, Any]) -> Iterator[CarryingPolicy]:
    """Lend the policy out under other weights; training goes on afterwards as if nothing had happened."""
    kept_weights = copy.deepcopy(policy.state_dict())
    kept_carry = None if policy.carry is None else tuple(s.clone() for s in policy.carry)
    was_training = policy.training
    try:
        policy.load_state_dict(weights)
        policy.carry = None
        policy.eval()
        yield policy
    finally:
        policy.load_state_dict(kept_weights)
        policy.carry = kept_carry
        policy.train(was_training)


class Average:
    """Polyak average of the training weights."""

    def __init__(self, policy: CarryingPolicy, decay: float = 0.995):
        self.decay = decay
        self.values = copy.deepcopy(policy.state_dict())

    @torch.no_grad()
    def feed(self, policy: CarryingPolicy) -> None:
        for k, v in policy.state_dict().items():
            self.values[k].mul_(self.decay).add_(v, alpha=1.0 - self.decay)
