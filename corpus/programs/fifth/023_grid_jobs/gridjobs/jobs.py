from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from .market import Market
from .model import StoragePolicy

net: StoragePolicy | None = None


@dataclass(frozen=True)
class Job:
    checkpoint: Path
    seed: int


@dataclass(frozen=True)
class Outcome:
    checkpoint: str
    seed: int
    profit: float
    pid: int


def prepare() -> None:
    """Runs once in each process of the pool."""
    global net
    torch.set_num_threads(1)
    net = StoragePolicy().eval()


@torch.inference_mode()
def run(job: Job) -> Outcome:
    assert net is not None
    net.load_state_dict(torch.load(job.checkpoint, map_location="cpu", weights_only=True))
    market = Market(job.seed)
    obs, over, profit = market.reset(), False, 0.0
    state = None
    while not over:
        logits, state = net(torch.from_numpy(obs).view(1, 1, -1), state)
        obs, gain, over = market.step(int(logits.argmax()))
        profit += gain
    return Outcome(job.checkpoint.name, job.seed, profit, os.getpid())
