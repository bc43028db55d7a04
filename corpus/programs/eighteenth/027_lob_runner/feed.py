from typing import Tuple

import torch


class ReplayFeed:
    """Tape of shape (ticks, symbols, features); feature 0 is the mid price, the last one marks the session's end."""

    def __init__(self, path: str, symbols: int) -> None:
        self.tape = torch.load(path)[:, :symbols].float()
        self.ticks, _, features = self.tape.shape
        self.width = features - 1
        self.pos = 0

    def reset(self) -> torch.Tensor:
        self.pos = 0
        return self.tape[0, :, : self.width]

    def mid(self) -> torch.Tensor:
        return self.tape[self.pos, :, 0]

    def next(self) -> Tuple[torch.Tensor, torch.Tensor]:
        halted = self.tape[self.pos, :, -1]
        self.pos += 1
        return self.tape[self.pos, :, : self.width], halted
