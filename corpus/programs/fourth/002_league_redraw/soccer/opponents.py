import copy
import random

import torch

from .learner import LstmNet


class OpponentBench:
    """One frozen net per seat; the archive holds what they may be filled with."""

    def __init__(self, obs_dim, n_actions, cfg):
        self.archive = []
        self.nets = [LstmNet(obs_dim, n_actions, cfg.width).eval() for _ in range(cfg.seats)]
        self.memory = {seat: net.initial(1) for seat, net in enumerate(self.nets)}
        self.tags = [""] * cfg.seats

    def add(self, net, tag):
        self.archive.append((tag, copy.deepcopy(net.state_dict())))
        if len(self.archive) > 40:
            self.archive.pop(random.randrange(1, 20))

    def _seat(self, seat):
        tag, weights = random.choice(self.archive)
        self.nets[seat].load_state_dict(weights)
        self.tags[seat] = tag

    def seat_all(self):
        for seat in range(len(self.nets)):
            self._seat(seat)

    def redraw(self, fraction):
        k = int(len(self.nets) * fraction)
        for seat in random.sample(range(len(self.nets)), k):
            self._seat(seat)

    @torch.no_grad()
    def act(self, obs):
        out = []
        for seat, net in enumerate(self.nets):
            o = torch.as_tensor(obs[seat : seat + 1], dtype=torch.float32)
            dist, _, self.memory[seat] = net(o, self.memory[seat])
            out.append(int(dist.sample()))
        return out

    def observe(self, done):
        for seat, net in enumerate(self.nets):
            if done[seat]:
                self.memory[seat] = net.initial(1)
