import glob
import os
import random
import re
from typing import Dict, Optional, Tuple

import torch
from torch import nn

State = Tuple[torch.Tensor, torch.Tensor]


class Brawler(nn.Module):
    def __init__(self, obs: int, act: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs, 128), nn.SiLU())
        self.lstm = nn.LSTM(128, 128)
        self.pi = nn.Linear(128, act)

    def forward(self, x: torch.Tensor, s: Optional[State]):
        y, s = self.lstm(self.body(x).unsqueeze(0), s)
        return self.pi(y.squeeze(0)), s


class Bench:
    """All rivals on this machine. states: arena id -> LSTM state of the rival sitting there."""

    def __init__(self, obs: int, act: int, folder: str) -> None:
        self.net = Brawler(obs, act)
        self.folder = folder
        self.states: Dict[int, State] = {}
        self.rating: Dict[str, float] = {}
        self.current: Optional[str] = None

    def draw(self) -> str:
        files = glob.glob(os.path.join(self.folder, "*.pt"))
        w = [2 ** (self.rating.get(f, 0.0)) for f in files]
        return random.choices(files, weights=w)[0]

    def rotate(self) -> None:
        path = self.draw()
        if path == self.current:
            return
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.states.clear()
        self.current = path

    def end_of_bout(self, arena: int, won: bool) -> None:
        self.states.pop(arena, None)
        if self.current:
            self.rating[self.current] = self.rating.get(self.current, 0.0) + (0.1 if won else -0.1)

    @torch.no_grad()
    def act(self, arena: int, obs) -> int:
        x = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        logits, self.states[arena] = self.net(x, self.states.get(arena))
        return int(torch.distributions.Categorical(logits=logits).sample())


def serve(n_arenas: int = 24, rotate_every: int = 3000) -> None:
    from brawl import Arena

    arenas = [Arena(i) for i in range(n_arenas)]
    bench = Bench(arenas[0].obs, arenas[0].act, "rivals")
    bench.rotate()
    tick = 0
    while True:
        for i, ar in enumerate(arenas):
            over, won = ar.advance(bench.act(i, ar.view()))
            if over:
                bench.end_of_bout(i, won)
                ar.restart()
        tick += 1
        if tick % rotate_every == 0:
            bench.rotate()


if __name__ == "__main__":
    serve()
