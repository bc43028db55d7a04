"""Asynchronous actor-critic for re-balancing bikes, Ray parameter server."""
import argparse
import time

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

STATIONS = 6


class BikeShare:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.bikes = np.full(STATIONS, 10)
        self.at, self.load, self.t = 0, 0, 0
        self.bias = self.rng.dirichlet(np.ones(STATIONS))
        return self.obs()

    def obs(self):
        o = np.zeros(STATIONS + 2, np.float32)
        o[self.at] = 1
        o[-2], o[-1] = self.bikes[self.at] / 20, self.load / 10
        return o

    def step(self, a):
        self.at = a
        if self.bikes[a] > 10:
            take = min(self.bikes[a] - 10, 10 - self.load)
            self.load, self.bikes[a] = self.load + take, self.bikes[a] - take
        else:
            give = min(10 - self.bikes[a], self.load)
            self.load, self.bikes[a] = self.load - give, self.bikes[a] + give
        lost = 0
        for _ in range(8):
            src, dst = self.rng.integers(STATIONS), self.rng.choice(STATIONS, p=self.bias)
            if self.bikes[src] > 0:
                self.bikes[src] -= 1
                self.bikes[dst] += 1
            else:
                lost += 1
        self.t += 1
        return self.obs(), -lost / 4, self.t >= 200


class TruckNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(STATIONS + 2, 64)
        self.actor = nn.Linear(64, STATIONS)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hc):
        hc = self.lstm(x, hc)
        return self.actor(hc[0]), self.critic(hc[0]), hc


@ray.remote
class ParameterServer:
    def __init__(self, lr):
        self.net = TruckNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.n = 0

    def push(self, grads):
        for p, g in zip(self.net.parameters(), grads):
            p.grad = torch.from_numpy(g.copy())
        nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
        self.opt.step()
        self.n += 1

    def pull(self):
        return {k: v.numpy().copy() for k, v in self.net.state_dict().items()}

    def updates(self):
        return self.n


@ray.remote
class Truck:
    def __init__(self, rank, server, segment):
        torch.manual_seed(rank)
        self.env = BikeShare(rank)
        self.server = server
        self.segment = segment
        self.net = TruckNet()

    def run(self, segments):
        obs = self.env.reset()
        hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        score, scores = 0.0, []
        for _ in range(segments):
            weights = ray.get(self.server.pull.remote())
            self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in weights.items()})
            hx, cx = hx.detach(), cx.detach()
            logps, vals, rews, ents = [], [], [], []
            done = False
            for _ in range(self.segment):
                logits, v, (hx, cx) = self.net(torch.from_numpy(obs).unsqueeze(0), (hx, cx))
                p, lp = F.softmax(logits, -1), F.log_softmax(logits, -1)
                a = p.multinomial(1)
                obs, r, done = self.env.step(a.item())
                score += r
                logps.append(lp.gather(1, a)), vals.append(v), rews.append(r)
                ents.append(-(p * lp).sum(1, keepdim=True))
                if done:
                    break
            with torch.no_grad():
                R = torch.zeros(1, 1) if done else self.net(torch.from_numpy(obs).unsqueeze(0), (hx, cx))[1]
            loss = 0
            for lp, v, r, e in zip(logps[::-1], vals[::-1], rews[::-1], ents[::-1]):
                R = r + 0.99 * R
                loss = loss + 0.5 * (R - v).pow(2) - lp * (R - v).detach() - 0.01 * e
            self.net.zero_grad()
            loss.sum().backward()
            self.server.push.remote([p.grad.numpy() for p in self.net.parameters()])
            if done:
                scores.append(score)
                score = 0.0
                obs = self.env.reset()
                hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        return scores


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--trucks", type=int, default=8)
    ap.add_argument("--segments", type=int, default=5000)
    ap.add_argument("--segment", type=int, default=20)
    ap.add_argument("--lr", type=float, default=3e-4)
    args = ap.parse_args()
    ray.init()
    server = ParameterServer.remote(args.lr)
    trucks = [Truck.remote(i, server, args.segment) for i in range(args.trucks)]
    start = time.time()
    results = ray.get([t.run.remote(args.segments) for t in trucks])
    n = ray.get(server.updates.remote())
    print(f"{n} updates in {time.time() - start:.0f}s, last scores {[s[-1] for s in results if s]}")
