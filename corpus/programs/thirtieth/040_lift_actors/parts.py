import queue

import numpy as np
import torch
from torch import nn

from lift import Lift


class LiftNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.inp = nn.Linear(3 * Lift.FLOORS, 64)
        self.gru = nn.GRU(64, 64)
        self.pi = nn.Linear(64, 3)
        self.v = nn.Linear(64, 1)

    def forward(self, lamps, trail=None):
        y, trail = self.gru(torch.relu(self.inp(lamps)), trail)
        return self.pi(y), self.v(y).squeeze(-1), trail


def newest(q):
    """Drain a queue, None when there was nothing in it."""
    item = None
    while True:
        try:
            item = q.get_nowait()
        except queue.Empty:
            return item


def pack(net):
    return {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}


def unpack(net, arrays):
    net.load_state_dict({k: torch.from_numpy(v) for k, v in arrays.items()})


def actor(rank, news, days, stop):
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env, net = Lift(seed=rank), LiftNet()
    unpack(net, news.get())
    while not stop.is_set():
        arrays = newest(news)
        if arrays is not None:
            unpack(net, arrays)
        lamps, trail, done = env.reset(), None, False
        seen, acts, rews, logps = [], [], [], []
        while not done:
            with torch.no_grad():
                logits, _, trail = net(torch.from_numpy(lamps)[None, None], trail)
            dist = torch.distributions.Categorical(logits=logits[0, 0])
            a = dist.sample()
            seen.append(lamps)
            acts.append(a.item())
            logps.append(dist.log_prob(a).item())
            lamps, r, done = env.step(a.item())
            rews.append(r)
        days.put((np.array(seen), np.array(acts), np.array(rews, dtype=np.float32), np.array(logps, dtype=np.float32)))
