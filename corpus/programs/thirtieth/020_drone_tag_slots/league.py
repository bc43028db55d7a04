import random

import torch
from torch import nn


class Runner(nn.Module):
    def __init__(self, n_in, width=48):
        super().__init__()
        self.width = width
        self.cell = nn.LSTMCell(n_in, width)
        self.out = nn.Linear(width, 2)

    def forward(self, x, hc):
        hc = self.cell(x, hc)
        return self.out(hc[0]), hc


class RunnerLeague:
    """`slots` opponents fly at the same time. Every row of the simulator belongs to one slot."""

    def __init__(self, rows, n_in, slots, archive):
        self.archive = archive
        self.nets = [Runner(n_in) for _ in range(slots)]
        self.slot_of = torch.randint(0, slots, (rows,))
        self.h = torch.zeros(rows, self.nets[0].width)
        self.c = torch.zeros(rows, self.nets[0].width)
        self.caught = torch.zeros(slots)
        self.flown = torch.zeros(slots)
        for net in self.nets:
            net.load_state_dict(random.choice(archive))

    @torch.no_grad()
    def fly(self, obs):
        out = torch.zeros(len(obs), 2)
        for k, net in enumerate(self.nets):
            mine = (self.slot_of == k).nonzero().squeeze(1)
            if len(mine) == 0:
                continue
            out[mine], (h, c) = net(obs[mine], (self.h[mine], self.c[mine]))
            self.h[mine], self.c[mine] = h, c
        return out

    def ended(self, rows, caught):
        ones = torch.ones(len(rows))
        self.flown.index_add_(0, self.slot_of[rows], ones)
        self.caught.index_add_(0, self.slot_of[rows], caught[rows].float())
        self.slot_of[rows] = torch.randint(0, len(self.nets), (len(rows),))
        self._wipe(rows)

    def _wipe(self, rows):
        self.h[rows] = 0.0
        self.c[rows] = 0.0

    def retire_weakest(self, min_flown=200):
        ripe = self.flown >= min_flown
        if not ripe.any():
            return None
        rate = torch.where(ripe, self.caught / self.flown.clamp(min=1), torch.full_like(self.flown, -1.0))
        k = int(rate.argmax())
        entrant = random.choice(self.archive)
        with torch.no_grad():
            for name, p in self.nets[k].named_parameters():
                p.copy_(entrant[name])
        self._wipe(self.slot_of == k)
        self.caught[k] = 0
        self.flown[k] = 0
        return k
