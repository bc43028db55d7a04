from collections import deque
from typing import Deque

import numpy as np
import torch
from torch import Tensor, nn

N_EMG, N_JOINT = 6, 4


class ProsthesisSim:
    """User wants a hidden joint posture, the EMG leaks it with noise and drift."""

    def __init__(self, seed: int, horizon: int = 150) -> None:
        self.rng = np.random.default_rng(seed)
        self.horizon = horizon
        self.mix = np.random.default_rng(0).normal(size=(N_JOINT, N_EMG))

    def reset(self) -> np.ndarray:
        self.goal = self.rng.uniform(-1, 1, N_JOINT)
        self.joint = np.zeros(N_JOINT)
        self.drift = self.rng.normal(0, 0.2, N_EMG)
        self.t = 0
        return self.frame()

    def frame(self) -> np.ndarray:
        emg = (self.goal - self.joint) @ self.mix + self.drift + self.rng.normal(0, 0.4, N_EMG)
        return np.concatenate([np.tanh(emg), self.joint]).astype(np.float32)

    def step(self, u: np.ndarray):
        self.joint = np.clip(self.joint + 0.1 * np.clip(u, -1, 1), -1, 1)
        self.t += 1
        err = float(np.abs(self.goal - self.joint).mean())
        return self.frame(), -err, self.t >= self.horizon


class EMGWindowPolicy(nn.Module):
    """GRU over the last K frames."""

    def __init__(self, window: int = 16, width: int = 64) -> None:
        super().__init__()
        self.window = window
        self.gru = nn.GRU(N_EMG + N_JOINT, width, batch_first=True)
        self.mu = nn.Linear(width, N_JOINT)
        self.v = nn.Linear(width, 1)
        self.log_std = nn.Parameter(torch.full((N_JOINT,), -0.7))

    def forward(self, frames: Tensor):
        _, last = self.gru(frames)
        return torch.distributions.Normal(self.mu(last[0]), self.log_std.exp()), self.v(last[0]).squeeze(-1)


class FrameStack:
    def __init__(self, k: int) -> None:
        self.buf: Deque[np.ndarray] = deque(maxlen=k)

    def restart(self, frame: np.ndarray) -> Tensor:
        self.buf.clear()
        for _ in range(self.buf.maxlen):
            self.buf.append(frame)
        return self.tensor()

    def push(self, frame: np.ndarray) -> Tensor:
        self.buf.append(frame)
        return self.tensor()

    def tensor(self) -> Tensor:
        return torch.from_numpy(np.stack(self.buf))
