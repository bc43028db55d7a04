import numpy as np
import torch

from .brain import Brain
from .houses import Houses


class Member:
    def __init__(self, index, n_houses=24, lr=3e-4):
        self.index = index
        self.houses = Houses(n_houses, seed=index)
        self.brain = Brain(Houses.n_sensors, Houses.n_valves, n_houses)
        self.lr = lr
        self.optim = torch.optim.Adam(self.brain.parameters(), lr=lr)
        self.obs = torch.from_numpy(self.houses.reset())
        self.score = 0.0

    def train(self, updates, window=32, gamma=0.98):
        for _ in range(updates):
            self.brain.cut()
            rows = []
            for _ in range(window):
                dist, value = self.brain(self.obs)
                action = dist.sample()
                obs, reward, done = self.houses.step(action.numpy())
                done = torch.from_numpy(done)
                self.brain.forget(done)
                rows.append((dist.log_prob(action).sum(-1), value, torch.from_numpy(reward), (~done).float()))
                self.obs = torch.from_numpy(obs)
            ret, loss = rows[-1][1].detach(), 0.0
            for logp, value, reward, alive in reversed(rows):
                ret = reward + gamma * alive * ret
                adv = ret - value
                loss = loss - (logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
            self.optim.zero_grad()
            (loss / window).backward()
            torch.nn.utils.clip_grad_norm_(self.brain.parameters(), 1.0)
            self.optim.step()
            self.score = 0.9 * self.score + 0.1 * float(np.mean([r[2].mean() for r in rows]))

    def save_member(self, folder):
        torch.save({"brain": self.brain.state_dict(), "lr": self.lr, "score": self.score}, folder / f"m{self.index}.pt")

    def load_member(self, path, rng):
        blob = torch.load(path)
        self.brain.load_state_dict(blob["brain"])
        self.lr = blob["lr"] * rng.choice([0.8, 1.25])
        self.optim = torch.optim.Adam(self.brain.parameters(), lr=self.lr)
        self.score = blob["score"]
