import random

import torch

from .nets import ChessLikeNet


class Player:
    name = "?"

    def move(self, view, legal):
        raise NotImplementedError


class RandomPlayer(Player):
    name = "random"

    def move(self, view, legal):
        return random.choice(legal)


class NetPlayer(Player):
    def __init__(self, planes, moves):
        self.net = ChessLikeNet(planes, moves).eval()
        self.state = None

    def load(self, path):
        self.net.load_state_dict(torch.load(path, map_location="cpu"))
        self.name = path.stem
        return self

    @torch.no_grad()
    def move(self, view, legal):
        x = torch.as_tensor(view, dtype=torch.float32).view(1, -1)
        logits, self.state = self.net(x, self.state)
        mask = torch.full_like(logits, float("-inf"))
        mask[0, legal] = 0.0
        return int((logits + mask).argmax())
