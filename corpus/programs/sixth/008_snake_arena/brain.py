import torch
import torch.nn as nn


class SnakeBrain(nn.Module):
    def __init__(self, view=7, hid=64):
        super().__init__()
        self.emb = nn.Sequential(nn.Flatten(), nn.Linear(3 * view * view, 96), nn.ReLU())
        self.mem = nn.GRU(96, hid)
        self.q = nn.Linear(hid, 3)          # left, ahead, right

    def forward(self, x, hx=None):
        y, hx = self.mem(self.emb(x).unsqueeze(0), hx)
        return self.q(y.squeeze(0)), hx


def rider(brain, rng, eps):
    """Coroutine of one snake: takes a view, yields a turn. None for a view means the snake died."""
    hx, turn = None, 1
    while True:
        view = yield turn
        if view is None:
            hx, turn = None, 1
            continue
        with torch.no_grad():
            q, hx = brain(torch.as_tensor(view).unsqueeze(0), hx)
        turn = int(rng.integers(3)) if rng.random() < eps else int(q.argmax())
