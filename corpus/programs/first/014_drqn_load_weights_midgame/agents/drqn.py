import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class QNet(nn.Module):
    def __init__(self, c, n):
        super().__init__()
        self.conv = nn.Conv2d(c, 16, 4, 2)
        self.fc = nn.LazyLinear(128)
        self.gru = nn.GRU(128, 128, batch_first=True)
        self.q = nn.Linear(128, n)

    def forward(self, x, h=None):
        b, t = x.shape[:2]
        z = F.relu(self.conv(x.flatten(0, 1)))
        z = F.relu(self.fc(z.flatten(1))).view(b, t, -1)
        z, h = self.gru(z, h)
        return self.q(z), h


class DRQNAgent:
    def __init__(self, cfg):
        self.cfg = cfg
        self.q_net = QNet(cfg.channels, cfg.n_actions)
        self.target = QNet(cfg.channels, cfg.n_actions)
        self.opt = None
        self.mem = deque(maxlen=500)
        self.hidden = None
        self.eps = 1.0

    def begin(self):
        self.hidden = None

    @torch.no_grad()
    def act(self, frame):
        q, self.hidden = self.q_net(frame[None, None], self.hidden)
        if random.random() < self.eps:
            return random.randrange(self.cfg.n_actions)
        return int(q[0, -1].argmax())

    def learn_from(self, episodes):
        if self.opt is None:
            self.opt = torch.optim.RMSprop(self.q_net.parameters(), lr=self.cfg.lr)
        for ep in random.sample(episodes, min(8, len(episodes))):
            o, a, r, d = ep
            q, _ = self.q_net(o[None])
            with torch.no_grad():
                qt, _ = self.target(o[None])
            y = r[:-1] + 0.99 * (1 - d[:-1]) * qt[0, 1:].max(-1).values
            loss = F.smooth_l1_loss(q[0, :-1].gather(-1, a[:-1, None]).squeeze(-1), y)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()

    def load_weights(self, path):
        ck = torch.load(path, map_location="cpu")
        self.q_net.load_state_dict(ck["q"])
        self.target.load_state_dict(ck["target"])
        self.eps = ck.get("eps", self.eps)

    def save(self, path):
        torch.save({"q": self.q_net.state_dict(), "target": self.target.state_dict(), "eps": self.eps}, path)
