import random

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from corridor import Corridor


class HoldNet(nn.Module):
    def __init__(self, n_in=4, n_act=4, size=64):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(n_in, size)
        self.lstm = nn.LSTMCell(size, size)
        self.pi = nn.Linear(size, n_act)
        self.v = nn.Linear(size, 1)

    def forward(self, x, hc):
        h, c = self.lstm(F.relu(self.fc(x)), hc)
        return self.pi(h), self.v(h), (h, c)


@ray.remote
class Member:
    def __init__(self, idx, lr, ent):
        torch.set_num_threads(1)
        torch.manual_seed(idx)
        self.env = Corridor(seed=idx)
        self.net = HoldNet()
        self.hp = {"lr": lr, "ent": ent}
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.obs = self.env.reset()
        self.hc = self._zeros()

    def _zeros(self):
        return torch.zeros(1, self.net.size), torch.zeros(1, self.net.size)

    def train(self, updates=200, n=20):
        rewards = []
        for _ in range(updates):
            self.hc = tuple(s.detach() for s in self.hc)
            logps, vals, rews, ents, dones = [], [], [], [], []
            for _ in range(n):
                x = torch.from_numpy(self.obs).unsqueeze(0)
                logits, v, self.hc = self.net(x, self.hc)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                self.obs, r, done = self.env.step(a.item())
                logps.append(dist.log_prob(a))
                vals.append(v.squeeze())
                ents.append(dist.entropy())
                rews.append(r)
                dones.append(done)
                if done:
                    self.obs = self.env.reset()
                    self.hc = self._zeros()
            with torch.no_grad():
                R = self.net(torch.from_numpy(self.obs).unsqueeze(0), self.hc)[1].squeeze()
            loss = 0
            for i in reversed(range(n)):
                R = rews[i] + 0.99 * R * (1 - float(dones[i]))
                adv = R - vals[i]
                loss = loss - logps[i] * adv.detach() + 0.5 * adv.pow(2) - self.hp["ent"] * ents[i]
            self.opt.zero_grad()
            loss.sum().backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
            rewards += rews
        return float(np.mean(rewards))

    def export(self):
        return {k: v.clone() for k, v in self.net.state_dict().items()}, dict(self.hp)

    def exploit(self, package):
        weights, hp = package
        self.net.load_state_dict(weights)
        self.hp = {k: v * random.choice([0.8, 1.25]) for k, v in hp.items()}
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        return self.hp


if __name__ == "__main__":
    ray.init()
    N = 8
    pop = [Member.remote(i, 10 ** random.uniform(-4, -3), 10 ** random.uniform(-3, -1.5)) for i in range(N)]
    for gen in range(60):
        scores = ray.get([m.train.remote() for m in pop])
        order = np.argsort(scores)
        print(gen, "best %.3f worst %.3f" % (scores[order[-1]], scores[order[0]]))
        for bad, good in zip(order[:2], order[-2:]):
            package = ray.get(pop[good].export.remote())
            ray.get(pop[bad].exploit.remote(package))
    best = ray.get(pop[order[-1]].export.remote())
    torch.save(best, "bus_best.pt")
