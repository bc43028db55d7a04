from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import torch

from nets import DialogPolicy

log = logging.getLogger("watcher")


class Slot:
    """Holds the policy which answers now."""

    def __init__(self, policy: DialogPolicy) -> None:
        self.policy = policy
        self.stamp = 0.0


def build(path: Path) -> DialogPolicy:
    blob = torch.load(path, map_location="cpu")
    net = DialogPolicy(**blob.get("arch", {}))
    net.load_state_dict(blob["weights"])
    net.eval()
    return net


async def follow(slot: Slot, path: Path, every: float = 5.0) -> None:
    while True:
        await asyncio.sleep(every)
        try:
            mtime = path.stat().st_mtime
        except FileNotFoundError:
            continue
        if mtime <= slot.stamp:
            continue
        try:
            fresh = await asyncio.to_thread(build, path)
        except (RuntimeError, KeyError, EOFError) as exc:
            log.warning("%s is not readable yet: %s", path, exc)
            continue
        slot.policy, slot.stamp = fresh, mtime
        log.info("now serving %s (%.0f)", path.name, mtime)
