from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import torch

from .memory_net import MemoryPolicy
from .robot import Porter

log = logging.getLogger("porter.reload")


def build(path: Path) -> MemoryPolicy:
    policy = MemoryPolicy()
    policy.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return policy.eval()


async def keep_current(porter: Porter, path: Path, period: float = 5.0) -> None:
    """Replaces the policy whenever the file on disk has become newer."""
    stamp = path.stat().st_mtime_ns
    while True:
        await asyncio.sleep(period)
        try:
            now = path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
        if now == stamp:
            continue
        stamp = now
        try:
            policy = await asyncio.to_thread(build, path)
        except (RuntimeError, OSError) as exc:
            log.warning("not taking %s: %s", path, exc)
            continue
        porter.policy = policy
        log.info("policy of %d in charge at tick %d", stamp, porter.ticks)
