# Thermal soaring with a GRU policy.  If the average climb drops far below the best
# one seen so far, training goes back to the best weights and a new flight is begun.
import os
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CKPT = "glider_best.pt"
N_STEPS = 40
GAMMA = 0.99
DROP = 0.6


class Soaring:
    def __init__(self):
        self.rng = np.random.default_rng()

    def reset(self):
        self.core = self.rng.uniform(-200, 200, 2)
        self.strength = self.rng.uniform(1.0, 4.0)
        self.xy = np.zeros(2)
        self.heading = self.rng.uniform(0, 2 * np.pi)
        self.bank = 0.0
        self.alt = 500.0
        self.time = 0
        return self._obs(0.0)

    def _obs(self, vario):
        return np.array([vario / 3, self.bank / 45, self.alt / 1000], dtype=np.float32)

    def step(self, a):
        self.bank = float(np.clip(self.bank + (a - 1) * 15, -45, 45))
        self.heading += np.tan(np.radians(self.bank)) * 0.35
        self.xy += 15 * np.array([np.cos(self.heading), np.sin(self.heading)])
        dist = np.linalg.norm(self.xy - self.core)
        vario = self.strength * np.exp(-(dist / 100) ** 2) - 0.8 + self.rng.normal(0, 0.2)
        self.alt += vario
        self.time += 1
        done = self.alt <= 0 or dist > 1500 or self.time >= 800
        return self._obs(vario), float(vario), done


class Pilot(nn.Module):
    def __init__(self, n_hidden=64):
        super().__init__()
        self.gru = nn.GRU(3, n_hidden, batch_first=True)
        self.pi = nn.Linear(n_hidden, 3)
        self.v = nn.Linear(n_hidden, 1)

    def forward(self, obs, hidden):
        x = torch.as_tensor(obs).view(1, 1, 3)
        y, hidden = self.gru(x, hidden)
        return self.pi(y[0, 0]), self.v(y[0, 0]).squeeze(), hidden


class Training:
    def __init__(self):
        self.env = Soaring()
        self.pilot = Pilot()
        self.opt = torch.optim.Adam(self.pilot.parameters(), lr=7e-4)
        self.climbs = deque(maxlen=30)
        self.best = None
        self.new_flight()

    def new_flight(self):
        self.obs = self.env.reset()
        self.hidden = None
        self.climb = 0.0

    def save_best(self, mean):
        self.best = mean
        torch.save({"pilot": self.pilot.state_dict(), "opt": self.opt.state_dict()}, CKPT)

    def go_back(self):
        ckpt = torch.load(CKPT)
        self.pilot.load_state_dict(ckpt["pilot"])
        self.opt.load_state_dict(ckpt["opt"])
        self.climbs.clear()
        self.new_flight()

    def n_step(self):
        if self.hidden is not None:
            self.hidden = self.hidden.detach()
        batch = []
        for _ in range(N_STEPS):
            logits, v, self.hidden = self.pilot(self.obs, self.hidden)
            pi = torch.distributions.Categorical(logits=logits)
            a = pi.sample()
            self.obs, r, done = self.env.step(a.item())
            self.climb += r
            batch.append((pi.log_prob(a), v, pi.entropy(), r, done))
            if done:
                self.climbs.append(self.climb)
                self.new_flight()
        with torch.no_grad():
            R = self.pilot(self.obs, self.hidden)[1]
        loss = 0.0
        for lp, v, ent, r, done in reversed(batch):
            R = r + GAMMA * R * (not done)
            adv = R - v
            loss = loss - lp * adv.detach() + 0.5 * F.mse_loss(v, R.detach()) - 0.01 * ent
        return loss / N_STEPS

    def loop(self, updates=30000):
        for i in range(updates):
            loss = self.n_step()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.pilot.parameters(), 0.5)
            self.opt.step()

            if len(self.climbs) < self.climbs.maxlen or i % 25:
                continue
            mean = float(np.mean(self.climbs))
            if self.best is None or mean > self.best:
                self.save_best(mean)
                print(f"[{i}] new best climb {mean:.1f} m")
            elif mean < self.best - DROP * abs(self.best):
                print(f"[{i}] climb {mean:.1f} m, best {self.best:.1f} m: going back")
                self.go_back()


if __name__ == "__main__":
    if os.path.exists(CKPT):
        os.remove(CKPT)
    torch.manual_seed(11)
    Training().loop()
