from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn


@dataclass
class Memo:
    chef: torch.Tensor
    hand: torch.Tensor
    goal: int = 0
    left: int = 0


class Chef(nn.Module):
    """Chooses which of the skills to use for the next few ticks."""

    def __init__(self, obs, n_skills, width=64):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(obs, width)
        self.q = nn.Linear(width, n_skills)

    def forward(self, x, m):
        m = self.gru(x, m)
        return self.q(m), m


class Hand(nn.Module):
    """One skill. Trained beforehand for one station; its weights come out of the drawer."""

    def __init__(self, obs, n_act, width=32):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(obs, width)
        self.pi = nn.Linear(width, n_act)

    def forward(self, x, m):
        m = self.gru(x, m)
        return self.pi(m), m


class Galley:
    def __init__(self, obs, n_act, drawer, stretch=8):
        self.drawer = {p.stem: load_file(str(p)) for p in sorted(Path(drawer).glob("*.safetensors"))}
        self.names = list(self.drawer)
        self.chef = Chef(obs, len(self.names))
        self.hand = Hand(obs, n_act)
        self.stretch = stretch
        self.begin()

    def begin(self):
        self.memo = Memo(torch.zeros(1, self.chef.width), torch.zeros(1, self.hand.width))

    def take_up(self, skill):
        self.hand.load_state_dict(self.drawer[self.names[skill]])
        self.memo.hand = torch.zeros(1, self.hand.width)
        self.memo.goal = skill
        self.memo.left = self.stretch

    @torch.no_grad()
    def act(self, obs, eps):
        x = torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0)
        q, self.memo.chef = self.chef(x, self.memo.chef)
        chosen = None
        if self.memo.left == 0:
            if torch.rand(()) < eps:
                chosen = int(torch.randint(len(self.names), ()))
            else:
                chosen = int(q.argmax())
            self.take_up(chosen)
        self.memo.left -= 1
        logits, self.memo.hand = self.hand(x, self.memo.hand)
        return int(torch.distributions.Categorical(logits=logits).sample()), chosen
