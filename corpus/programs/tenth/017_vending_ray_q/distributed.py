import copy
import random
from collections import deque

import numpy as np
import ray
import torch
import torch.nn.functional as F

from qnet import QNet
from vending import VendingMachine

SEQ = 24


@ray.remote
class ParameterStore:
    def __init__(self, weights):
        self.version, self.weights = 0, weights

    def put(self, weights):
        self.version += 1
        self.weights = weights

    def get(self, version):
        return (self.version, None) if version == self.version else (self.version, self.weights)


@ray.remote
class Replay:
    def __init__(self, size=20000):
        self.data = deque(maxlen=size)

    def add(self, seq):
        self.data.append(seq)

    def sample(self, n):
        if len(self.data) < 10 * n:
            return None
        return [np.stack(c) for c in zip(*random.sample(self.data, n))]


@ray.remote
class Collector:
    def __init__(self, index, store, replay, pull_every=50):
        self.env = VendingMachine(index)
        self.store, self.replay, self.pull_every = store, replay, pull_every
        self.eps = 0.4 ** (1 + index)
        self.q = QNet()
        self.version = -1
        self.pull()

    def pull(self):
        self.version, weights = ray.get(self.store.get.remote(self.version))
        if weights is not None:
            self.q.load_state_dict(weights)

    @torch.no_grad()
    def run(self, total):
        obs, state, seq = self.env.reset(), None, []
        for t in range(1, total + 1):
            values, state = self.q(torch.from_numpy(obs).view(1, 1, -1), state)
            a = values.argmax().item() if random.random() > self.eps else random.randrange(4)
            nxt, r, done = self.env.step(a)
            seq.append((obs, a, np.float32(r), nxt, np.float32(done)))
            obs = nxt
            if len(seq) == SEQ:
                self.replay.add.remote([np.stack(c) for c in zip(*seq)])
                seq = []
            if done:
                obs, state, seq = self.env.reset(), None, []
            if t % self.pull_every == 0:
                self.pull()


@ray.remote
class Learner:
    def __init__(self, weights, store, replay):
        self.net = QNet()
        self.net.load_state_dict(weights)
        self.target = copy.deepcopy(self.net)
        self.store, self.replay = store, replay
        self.opt = torch.optim.Adam(self.net.parameters(), 1e-4)

    def run(self, updates):
        done_updates = 0
        while done_updates < updates:
            batch = ray.get(self.replay.sample.remote(32))
            if batch is None:
                continue
            obs, act, rew, nxt, done = (torch.tensor(b) for b in batch)
            q = self.net(obs)[0].gather(-1, act.unsqueeze(-1)).squeeze(-1)
            with torch.no_grad():
                best = self.net(nxt)[0].argmax(-1, keepdim=True)
                y = rew + 0.97 * (1 - done) * self.target(nxt)[0].gather(-1, best).squeeze(-1)
            loss = F.smooth_l1_loss(q, y)
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            done_updates += 1
            if done_updates % 20 == 0:
                self.store.put.remote({k: v.clone() for k, v in self.net.state_dict().items()})
            if done_updates % 500 == 0:
                self.target.load_state_dict(self.net.state_dict())
                print(done_updates, loss.item())


if __name__ == "__main__":
    ray.init()
    first = QNet().state_dict()
    store, replay = ParameterStore.remote(first), Replay.remote()
    collectors = [Collector.remote(i, store, replay) for i in range(4)]
    learner = Learner.remote(first, store, replay)
    jobs = [c.run.remote(1_000_000) for c in collectors]
    ray.get(learner.run.remote(100_000))
