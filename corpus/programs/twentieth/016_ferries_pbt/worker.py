import json
import os
import random

import torch
from torch import nn
from torch.distributions import Categorical

from harbour import Harbour


class LineNet(nn.Module):
    def __init__(self, size=96):
        super().__init__()
        self.size = size
        self.gru = nn.GRU(8, size)
        self.pi = nn.Linear(size, 4)
        self.v = nn.Linear(size, 1)

    def forward(self, obs, h):
        y, h = self.gru(obs[None], h)
        return Categorical(logits=self.pi(y[0])), self.v(y[0])[:, 0], h


class Worker:
    def __init__(self, idx, size, folder, envs=16):
        self.idx, self.size, self.folder = idx, size, folder
        self.lr = 10 ** random.uniform(-4, -3)
        self.ent = 10 ** random.uniform(-3, -1.5)
        self.net = LineNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.env = Harbour(envs)
        self.obs = self.env.observe()
        self.h = torch.zeros(1, envs, self.net.size)
        self.fitness = 0.0

    def path(self, idx, ext):
        return os.path.join(self.folder, f"member_{idx:02d}.{ext}")

    def save(self, generation):
        torch.save(self.net.state_dict(), self.path(self.idx, "tmp"))
        os.replace(self.path(self.idx, "tmp"), self.path(self.idx, "pt"))
        with open(self.path(self.idx, "json"), "w") as f:
            json.dump({"fitness": self.fitness, "lr": self.lr, "ent": self.ent, "gen": generation}, f)

    def exploit(self):
        others = []
        for i in range(self.size):
            try:
                with open(self.path(i, "json")) as f:
                    others.append((json.load(f), i))
            except (OSError, ValueError):
                continue
        others.sort(key=lambda o: o[0]["fitness"])
        place = [i for _, i in others].index(self.idx)
        if len(others) < 4 or place >= len(others) // 4:
            return
        info, donor = random.choice(others[-(len(others) // 4):])
        weights = torch.load(self.path(donor, "pt"))
        with torch.no_grad():
            for name, p in self.net.named_parameters():
                p.copy_(weights[name])
        self.lr = info["lr"] * random.choice([0.8, 1.2])
        self.ent = info["ent"] * random.choice([0.8, 1.2])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        print(f"[{self.idx}] copies {donor} ({info['fitness']:.3f} against {self.fitness:.3f})", flush=True)

    def train(self, updates, steps=20, gamma=0.98):
        mean = 0.0
        for _ in range(updates):
            self.h = self.h.detach()
            logps, values, rewards, ents = [], [], [], []
            for _ in range(steps):
                pi, v, self.h = self.net(self.obs, self.h)
                action = pi.sample()
                self.obs, reward = self.env.step(action)
                logps.append(pi.log_prob(action))
                ents.append(pi.entropy())
                values.append(v)
                rewards.append(reward)
            with torch.no_grad():
                ret = self.net(self.obs, self.h)[1]
            rets = []
            for r in reversed(rewards):
                ret = r + gamma * ret
                rets.insert(0, ret)
            rets, values = torch.stack(rets), torch.stack(values)
            adv = (rets - values).detach()
            loss = (-(torch.stack(logps) * adv) + 0.5 * (rets - values) ** 2 - self.ent * torch.stack(ents)).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            mean += torch.stack(rewards).mean().item() / updates
        self.fitness = mean


def run(idx, size, folder, generations, updates):
    torch.set_num_threads(1)
    torch.manual_seed(idx)
    random.seed(idx)
    worker = Worker(idx, size, folder)
    for generation in range(generations):
        worker.train(updates)
        worker.save(generation)
        worker.exploit()
