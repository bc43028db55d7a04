import copy
import random
import threading
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F


class DroneNet(nn.Module):
    def __init__(self, n_obs=7, n_act=6, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Linear(n_obs, hidden)
        self.rnn = nn.GRU(hidden, hidden)
        self.q = nn.Linear(hidden, n_act)
        self.carry = torch.zeros(1, 1, hidden)

    def land(self):
        self.carry = torch.zeros(1, 1, self.hidden)

    @torch.no_grad()
    def act(self, obs, eps):
        y, self.carry = self.rnn(F.relu(self.enc(obs)).view(1, 1, -1), self.carry)
        q = self.q(y)[0, 0]
        return random.randrange(len(q)) if random.random() < eps else int(q.argmax())

    def unroll(self, seq, h0):
        y, _ = self.rnn(F.relu(self.enc(seq)), h0)
        return self.q(y)


class City:
    """One drone, a parcel, wind that can only be felt, battery that runs out."""

    def reset(self):
        self.p = torch.zeros(3)
        self.goal = torch.tensor([random.uniform(-20, 20), random.uniform(-20, 20), 0.0])
        self.wind = torch.randn(3) * torch.tensor([0.3, 0.3, 0.0])
        self.batt = 1.0
        return self.obs()

    def obs(self):
        return torch.cat([self.p / 20, (self.goal - self.p) / 20, torch.tensor([self.batt])])

    def step(self, a):
        before = (self.goal - self.p).norm()
        move = torch.zeros(3)
        move[a // 2] = 1.0 if a % 2 == 0 else -1.0
        self.p = self.p + move + self.wind
        self.batt -= 0.005
        after = (self.goal - self.p).norm()
        there = bool(after < 1.5)
        r = float(before - after) * 0.1 + (5.0 if there else 0.0)
        return self.obs(), r, there or self.batt <= 0


class Runner(threading.Thread):
    def __init__(self, trainer, eps, seq=20, pull_every=100):
        super().__init__(daemon=True)
        self.trainer, self.eps, self.seq, self.pull_every = trainer, eps, seq, pull_every
        self.net = DroneNet()
        self.steps = 0

    def run(self):
        env = City()
        while not self.trainer.finished:
            self.fly(env)

    def fly(self, env):
        self.net.land()
        obs, done, chunk = env.reset(), False, []
        h0 = self.net.carry
        while not done:
            if self.steps % self.pull_every == 0:
                self.net.load_state_dict(self.trainer.published())
            a = self.net.act(obs, self.eps)
            nxt, r, done = env.step(a)
            chunk.append((obs, a, r, float(done), nxt))
            obs = nxt
            self.steps += 1
            if len(chunk) == self.seq:
                self.trainer.add(h0, chunk)
                chunk, h0 = [], self.net.carry


class Trainer:
    def __init__(self, total=50000):
        self.net = DroneNet()
        self.target = copy.deepcopy(self.net)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=1e-4)
        self.memory = deque(maxlen=20000)
        self.lock = threading.Lock()
        self.total = total
        self.finished = False

    def published(self):
        with self.lock:
            return {k: v.clone() for k, v in self.net.state_dict().items()}

    def add(self, h0, chunk):
        with self.lock:
            self.memory.append((h0, chunk))

    def update(self):
        with self.lock:
            picks = random.sample(self.memory, 32)
        h0 = torch.cat([h for h, _ in picks], 1)
        obs, act, rew, done, nxt = ([[c[t][k] for _, c in picks] for t in range(20)] for k in range(5))
        obs = torch.stack([torch.stack(o) for o in obs])
        nxt = torch.stack([torch.stack(o) for o in nxt])
        act, rew, done = torch.tensor(act), torch.tensor(rew), torch.tensor(done)
        q = self.net.unroll(obs, h0).gather(-1, act.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            full = torch.cat([obs[:1], nxt])
            best = self.net.unroll(full, h0)[1:].argmax(-1, keepdim=True)
            boot = self.target.unroll(full, h0)[1:].gather(-1, best).squeeze(-1)
        loss = F.smooth_l1_loss(q[5:], (rew + 0.98 * (1 - done) * boot)[5:])
        self.opt.zero_grad()
        loss.backward()
        with self.lock:
            self.opt.step()
        return loss.item()

    def train(self, n_runners=4):
        for i in range(n_runners):
            Runner(self, eps=0.4 ** (1 + i)).start()
        step = 0
        while step < self.total:
            if len(self.memory) < 500:
                continue
            loss = self.update()
            step += 1
            if step % 500 == 0:
                self.target.load_state_dict(self.net.state_dict())
                print(step, f"{loss:.4f}", len(self.memory))
        self.finished = True
        torch.save(self.net.state_dict(), "drone.pt")


if __name__ == "__main__":
    Trainer().train()
