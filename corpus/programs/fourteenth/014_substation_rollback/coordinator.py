import io
import random
from typing import Dict

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from grid import FeederGrid


class Shared(nn.Module):
    def __init__(self, n_in=2, width=40):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(n_in, width)
        self.out = nn.Linear(width, 4)

    def forward(self, x, h):
        h = self.gru(x, h)
        y = self.out(h)
        return Categorical(logits=y[:, :3]), y[:, 3], h


class Coordinator:
    """Trains one shared net for all substations, keeps the best version and goes back to it after a collapse."""

    def __init__(self, env: FeederGrid, lr=1e-3, gamma=0.95, unroll=24):
        self.env, self.gamma, self.unroll = env, gamma, unroll
        self.net = Shared()
        self.optim = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.memory: Dict[str, torch.Tensor] = {}
        self.best_blob = None
        self.best_value = -np.inf
        self.average = None
        self.new_week()

    def new_week(self):
        self.obs = self.env.reset()
        self.memory = {n: torch.zeros(1, self.net.width) for n in self.env.NAMES}

    def collect(self):
        rows = []
        for _ in range(self.unroll):
            logps, vals, ents, acts = [], [], [], {}
            for n in self.env.NAMES:
                x = torch.from_numpy(self.obs[n]).unsqueeze(0)
                pi, v, self.memory[n] = self.net(x, self.memory[n])
                a = pi.sample()
                acts[n] = int(a)
                logps.append(pi.log_prob(a)), vals.append(v), ents.append(pi.entropy())
            self.obs, r, over = self.env.step(acts)
            rows.append((torch.cat(logps), torch.cat(vals), torch.cat(ents), r, over))
            if over:
                self.new_week()
        with torch.no_grad():
            tail = torch.cat([self.net(torch.from_numpy(self.obs[n]).unsqueeze(0), self.memory[n])[1] for n in self.env.NAMES])
        return rows, tail

    def update(self):
        rows, g = self.collect()
        loss = 0.0
        for logp, val, ent, r, over in reversed(rows):
            g = r + self.gamma * (0.0 if over else 1.0) * g
            adv = g - val
            loss = loss + (-logp * adv.detach() + 0.5 * adv.pow(2) - 0.005 * ent).mean()
        self.optim.zero_grad()
        (loss / len(rows)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optim.step()
        self.memory = {n: h.detach() for n, h in self.memory.items()}
        mean_r = float(np.mean([row[3] for row in rows]))
        self.average = mean_r if self.average is None else 0.95 * self.average + 0.05 * mean_r

    def checkpoint(self):
        f = io.BytesIO()
        torch.save({"net": self.net.state_dict(), "optim": self.optim.state_dict()}, f)
        self.best_blob, self.best_value = f.getvalue(), self.average

    def rollback(self):
        blob = torch.load(io.BytesIO(self.best_blob))
        self.net.load_state_dict(blob["net"])
        self.optim.load_state_dict(blob["optim"])
        self.average = self.best_value
        self.new_week()

    def fit(self, iterations):
        for i in range(iterations):
            self.update()
            if i < 100:
                continue
            if self.average > self.best_value:
                self.checkpoint()
            elif self.average < 2.0 * self.best_value - 0.05:
                print(f"{i}: {self.average:.4f} is far below {self.best_value:.4f}, rolling back")
                self.rollback()
            if i % 200 == 0:
                print(f"{i}: average reward {self.average:.4f}")


if __name__ == "__main__":
    torch.manual_seed(0)
    random.seed(0)
    Coordinator(FeederGrid()).fit(50_000)
