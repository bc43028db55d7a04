from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import torch

from .encoder import embed
from .policy import DialogPolicy

logger = logging.getLogger(__name__)


class Engine:
    """One policy, many conversations."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.policy = DialogPolicy().eval()
        self._hidden: dict[str, torch.Tensor] = {}
        self._turns: dict[str, list[str]] = {}
        self._release = -1

    @property
    def release(self) -> int:
        return self._release

    @release.setter
    def release(self, number: int) -> None:
        if number == self._release:
            return
        weights = torch.load(self.folder / f"release_{number}.pt", map_location="cpu", weights_only=True)
        self.policy.load_state_dict(weights)
        self._release = number
        self._hidden.clear()
        for conversation in list(self._turns):
            self._replay(conversation)
        logger.info("release %d, %d conversations replayed", number, len(self._turns))

    @torch.inference_mode()
    def _replay(self, conversation: str) -> None:
        h = torch.zeros(1, self.policy.width)
        for text in self._turns[conversation]:
            _, h = self.policy(torch.from_numpy(embed(text)).unsqueeze(0), h)
        self._hidden[conversation] = h

    @torch.inference_mode()
    def answer(self, conversation: str, text: str) -> int:
        self._turns.setdefault(conversation, []).append(text)
        h = self._hidden.get(conversation)
        if h is None:
            h = torch.zeros(1, self.policy.width)
        logits, h = self.policy(torch.from_numpy(embed(text)).unsqueeze(0), h)
        self._hidden[conversation] = h
        return int(logits.argmax())

    def close(self, conversation: str) -> None:
        self._hidden.pop(conversation, None)
        self._turns.pop(conversation, None)


def latest(folder: Path) -> int:
    numbers = [int(p.stem.split("_")[1]) for p in folder.glob("release_*.pt")]
    return max(numbers, default=-1)


async def follow(engine: Engine, period: float = 30.0) -> None:
    while True:
        number = latest(engine.folder)
        if number > engine.release:
            try:
                engine.release = number
            except (OSError, RuntimeError):
                logger.exception("release %d refused", number)
        await asyncio.sleep(period)
