from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass, field

import numpy as np
import torch as th
from stable_baselines3.common.callbacks import BaseCallback


@dataclass
class SafetyNet:
    """Keeps the weights of the best window so far."""

    tolerance: float = 0.25
    score: float = -float("inf")
    weights: dict[str, th.Tensor] = field(default_factory=dict)

    def offer(self, policy: th.nn.Module, score: float) -> None:
        if score > self.score:
            self.score = score
            self.weights = copy.deepcopy(policy.state_dict())

    def collapsed(self, score: float) -> bool:
        return bool(self.weights) and score < self.score - self.tolerance * abs(self.score)

    def put_back(self, policy: th.nn.Module) -> None:
        policy.load_state_dict(self.weights)


class CollapseGuard(BaseCallback):
    """
    Watches the per-step reward of the running window. When the junction jams
    (reward far below the best window) the policy goes back to the safe weights.
    """

    def __init__(self, window: int = 900, warmup: int = 5_000, verbose: int = 1):
        super().__init__(verbose)
        self.window: deque[float] = deque(maxlen=window)
        self.warmup = warmup
        self.net = SafetyNet()
        self.rollbacks = 0

    def _on_training_start(self) -> None:
        self.window.clear()

    def _on_step(self) -> bool:
        self.window.append(float(np.mean(self.locals["rewards"])))
        if self.num_timesteps < self.warmup or len(self.window) < self.window.maxlen:
            return True
        score = float(np.mean(self.window))
        if self.net.collapsed(score):
            self.rollbacks += 1
            self.net.put_back(self.model.policy)
            self.window.clear()
            self.logger.record("guard/rollbacks", self.rollbacks)
            if self.verbose:
                print(f"[guard] {score:.3f} << {self.net.score:.3f}, rolled back")
        else:
            self.net.offer(self.model.policy, score)
        return True
