import json
import os
import random
import time

import torch
from torch import nn
from torch.distributions import Categorical

from depot import NightBuses


class SendNet(nn.Module):
    def __init__(self, n_obs, n_act, size=80):
        super().__init__()
        self.size = size
        self.lstm = nn.LSTMCell(n_obs, size)
        self.pi = nn.Linear(size, n_act)
        self.v = nn.Linear(size, 1)

    def initial_state(self):
        return torch.zeros(1, self.size), torch.zeros(1, self.size)

    def forward(self, x, state):
        h, c = self.lstm(x, state)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(1), (h, c)


class Member:
    def __init__(self, rank, folder, population):
        self.rank, self.folder, self.population = rank, folder, population
        self.env = NightBuses(seed=rank)
        self.net = SendNet(self.env.n_obs, self.env.zones + 1)
        self.hp = {"lr": 10 ** random.uniform(-4, -2.5), "gamma": random.choice([0.95, 0.98, 0.99]), "unroll": 40}
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.score = -1e9
        self.begin_night()

    def begin_night(self):
        self.obs = self.env.reset()
        self.state = self.net.initial_state()
        self.total = 0.0

    def file(self, rank, ext):
        return os.path.join(self.folder, f"{rank:02d}.{ext}")

    def unroll(self):
        self.state = tuple(s.detach() for s in self.state)
        logps, vals, rews, cont = [], [], [], []
        for _ in range(self.hp["unroll"]):
            pi, v, self.state = self.net(torch.from_numpy(self.obs)[None], self.state)
            a = pi.sample()
            self.obs, r, over = self.env.step(a.item())
            self.total += r
            logps.append(pi.log_prob(a)), vals.append(v), rews.append(r), cont.append(1.0 - over)
            if over:
                self.score = self.total if self.score < -1e8 else 0.9 * self.score + 0.1 * self.total
                self.begin_night()
        with torch.no_grad():
            _, g, _ = self.net(torch.from_numpy(self.obs)[None], self.state)
        loss = 0.0
        for logp, v, r, c in reversed(list(zip(logps, vals, rews, cont))):
            g = r + self.hp["gamma"] * c * g
            loss = loss - logp * (g - v).detach() + 0.5 * (g - v) ** 2
        self.opt.zero_grad()
        (loss.sum() / len(rews)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()

    def publish(self):
        tmp = self.file(self.rank, "tmp")
        torch.save(self.net.state_dict(), tmp)
        os.replace(tmp, self.file(self.rank, "pt"))
        with open(self.file(self.rank, "json"), "w") as f:
            json.dump({"score": self.score, "hp": self.hp, "time": time.time()}, f)

    def others(self):
        out = []
        for r in range(self.population):
            try:
                with open(self.file(r, "json")) as f:
                    out.append((json.load(f), r))
            except (FileNotFoundError, json.JSONDecodeError):
                continue
        return sorted(out, key=lambda e: e[0]["score"])

    def exploit_and_explore(self):
        table = self.others()
        quarter = len(table) // 4
        if quarter == 0 or self.rank not in [r for _, r in table[:quarter]]:
            return
        entry, r = random.choice(table[-quarter:])
        self.net.load_state_dict(torch.load(self.file(r, "pt")))
        self.hp = dict(entry["hp"], lr=entry["hp"]["lr"] * random.choice([0.8, 1.25]))
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.score = entry["score"]
        self.begin_night()
        print(f"member {self.rank} takes over from {r} ({entry['score']:.1f}), lr {self.hp['lr']:.5f}", flush=True)
