import argparse
import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from cave import Cave

BURN, TRAIN = 20, 40


class QNet(nn.Module):
    def __init__(self, n_obs, n_act, size=128):
        super().__init__()
        self.size = size
        self.fc = nn.Linear(n_obs, size)
        self.rnn = nn.LSTM(size, size, batch_first=True)
        self.adv = nn.Linear(size, n_act)
        self.val = nn.Linear(size, 1)

    def init(self, n=1):
        return torch.zeros(1, n, self.size), torch.zeros(1, n, self.size)

    def forward(self, x, hx):
        y, hx = self.rnn(F.relu(self.fc(x)), hx)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hx


@ray.remote
class ParamServer:
    def __init__(self, weights):
        self.weights, self.n = weights, 0

    def put(self, weights):
        self.weights = weights
        self.n += 1

    def get(self):
        return self.weights


@ray.remote
class Replay:
    def __init__(self, cap=20000):
        self.data = deque(maxlen=cap)

    def add(self, seqs):
        self.data.extend(seqs)

    def sample(self, n):
        if len(self.data) < 10 * n:
            return None
        rows = random.sample(self.data, n)
        return [np.stack(c) for c in zip(*rows)]


@ray.remote
class RoverActor:
    def __init__(self, idx, total, server, replay):
        self.env = Cave(seed=idx)
        self.eps = 0.4 ** (1 + 7 * idx / max(1, total - 1))
        self.server, self.replay = server, replay
        self.net = QNet(self.env.n_obs, self.env.n_act)

    def act(self, obs, hx):
        with torch.no_grad():
            q, hx = self.net(torch.from_numpy(obs).view(1, 1, -1), hx)
        if random.random() < self.eps:
            return random.randrange(self.env.n_act), hx
        return int(q.argmax()), hx

    def run(self, pull_every=200):
        steps = 0
        self.net.load_state_dict(ray.get(self.server.get.remote()))
        while True:
            obs, hx, done, ep = self.env.reset(), self.net.init(), False, []
            while not done:
                a, hx = self.act(obs, hx)
                nxt, r, done = self.env.step(a)
                ep.append((obs, a, np.float32(r), np.float32(done)))
                obs = nxt
                steps += 1
                if steps % pull_every == 0:
                    self.net.load_state_dict(ray.get(self.server.get.remote()))
            self.ship(ep)

    def ship(self, ep):
        n = BURN + TRAIN
        seqs = []
        for i in range(0, len(ep) - n + 1, TRAIN // 2):
            o, a, r, d = zip(*ep[i:i + n])
            seqs.append((np.stack(o), np.array(a), np.array(r), np.array(d)))
        if seqs:
            self.replay.add.remote(seqs)


def td_loss(net, target, batch, gamma=0.997):
    o, a, r, d = (torch.as_tensor(x) for x in batch)
    q, _ = net(o, net.init(len(o)))
    with torch.no_grad():
        qt, _ = target(o, target.init(len(o)))
    best = q[:, 1:].argmax(-1, keepdim=True)
    y = r[:, :-1] + gamma * (1 - d[:, :-1]) * qt[:, 1:].gather(-1, best).squeeze(-1)
    chosen = q[:, :-1].gather(-1, a[:, :-1, None]).squeeze(-1)
    return F.smooth_l1_loss(chosen[:, BURN:], y[:, BURN:])


def cpu_weights(net):
    return {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=12)
    p.add_argument("--updates", type=int, default=200_000)
    args = p.parse_args()
    ray.init()
    probe = Cave()
    net, target = QNet(probe.n_obs, probe.n_act), QNet(probe.n_obs, probe.n_act)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), 1e-4)
    server = ParamServer.remote(cpu_weights(net))
    replay = Replay.remote()
    crew = []
    for i in range(args.actors):
        crew.append(RoverActor.remote(i, args.actors, server, replay))
        crew[-1].run.remote()
    k = 0
    while k < args.updates:
        batch = ray.get(replay.sample.remote(64))
        if batch is None:
            continue
        loss = td_loss(net, target, batch)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40)
        opt.step()
        k += 1
        if k % 50 == 0:
            server.put.remote(cpu_weights(net))
        if k % 2500 == 0:
            target.load_state_dict(net.state_dict())
            print(k, loss.item())
            torch.save(net.state_dict(), "rover_q.pt")


if __name__ == "__main__":
    main()
