from dataclasses import dataclass
from typing import Protocol

import numpy as np
from sb3_contrib import RecurrentPPO


class AgentLike(Protocol):
    def act(self, obs) -> np.ndarray: ...


@dataclass
class PIDAgent:
    kp: float = 0.8
    kd: float = 0.1
    prev: float = 0.0

    def act(self, obs):
        e = float(obs[0])
        u = -self.kp * e - self.kd * (e - self.prev)
        self.prev = e
        return np.array([np.clip(u, -1, 1), 0.5], dtype=np.float32)


class LSTMAgent:
    def __init__(self, path, deterministic=True):
        self.model = RecurrentPPO.load(path, device="cpu")
        self.deterministic = deterministic

    def act(self, obs):
        return self.model.predict(obs, deterministic=self.deterministic)[0]


def build_agent(spec):
    kind, _, arg = spec.partition(":")
    if kind == "pid":
        return PIDAgent(*[float(x) for x in arg.split(",") if x])
    if kind == "lstm":
        return LSTMAgent(arg)
    raise ValueError(spec)
