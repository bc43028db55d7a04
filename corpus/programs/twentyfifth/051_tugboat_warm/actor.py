from collections import deque

import numpy as np
import torch
from torch import nn

from harbor import Harbor


class TugNet(nn.Module):
    def __init__(self, hidden=96):
        super().__init__()
        self.gru = nn.GRU(Harbor.obs_dim, hidden, batch_first=True)
        self.val = nn.Linear(hidden, 1)
        self.adv = nn.Linear(hidden, Harbor.n_actions)

    def forward(self, obs, h=None):
        y, h = self.gru(obs, h)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), h


class TugActor:
    def __init__(self, idx, n_actors, pull_every=200, warm=64):
        torch.manual_seed(idx)
        self.env = Harbor(idx)
        self.net = TugNet().eval()
        self.rng = np.random.default_rng(idx)
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.pull_every = pull_every
        self.recent = deque(maxlen=warm)

    @torch.no_grad()
    def memory(self):
        """Memory of the network after the last observations of this voyage."""
        if not self.recent:
            return None
        obs = torch.from_numpy(np.stack(self.recent)).unsqueeze(0)
        return self.net(obs)[1]

    def loop(self, inbox, outbox, stop):
        self.net.load_state_dict(inbox.get())
        obs, h, t = self.env.reset(), None, 0
        voyage = []
        while not stop.is_set():
            if t % self.pull_every == 0 and not inbox.empty():
                self.net.load_state_dict(inbox.get())
                h = self.memory()
            with torch.no_grad():
                q, h = self.net(torch.from_numpy(obs).view(1, 1, -1), h)
            self.recent.append(obs)
            if self.rng.random() < self.eps:
                a = int(self.rng.integers(Harbor.n_actions))
            else:
                a = int(q.argmax())
            nxt, r, done = self.env.step(a)
            voyage.append((obs, a, r, done))
            obs = nxt
            t += 1
            if done:
                outbox.put(voyage)
                voyage = []
                obs, h = self.env.reset(), None
                self.recent.clear()
