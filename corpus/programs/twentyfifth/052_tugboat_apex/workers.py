import random

import ray
import torch

from tug import QNet, TowEnv


@ray.remote
class ParameterServer:
    def __init__(self):
        self.weights, self.version = None, -1

    def put(self, weights):
        self.weights = weights
        self.version += 1

    def get(self, known):
        return (None, known) if known == self.version else (self.weights, self.version)


@ray.remote
class Actor:
    def __init__(self, i, n, server, replay, length=40, sync_every=100):
        self.server, self.replay = server, replay
        self.length, self.sync_every = length, sync_every
        self.env = TowEnv(i)
        self.net = QNet()
        self.version = -1
        self.eps = 0.4 ** (1 + 7 * i / max(n - 1, 1))

    def pull(self):
        weights, self.version = ray.get(self.server.get.remote(self.version))
        if weights is not None:
            self.net.load_state_dict(weights)

    @torch.no_grad()
    def run(self):
        self.pull()
        obs, state, seq, t = self.env.reset(), self.net.initial(), [], 0
        start = state
        while True:
            q, state = self.net(torch.tensor(obs).view(1, 1, -1), state)
            a = random.randrange(9) if random.random() < self.eps else int(q.argmax())
            nxt, r, done = self.env.step(a)
            seq.append((obs, a, r, float(done)))
            obs = nxt
            t += 1
            if done:
                obs, state = self.env.reset(), self.net.initial()
            if done or len(seq) == self.length:
                self.replay.add.remote(start, seq)
                seq, start = [], state
            if t % self.sync_every == 0:
                self.pull()


@ray.remote
class Replay:
    def __init__(self, size=20000):
        self.size, self.data = size, []

    def add(self, start, seq):
        self.data.append((start, seq))
        if len(self.data) > self.size:
            self.data.pop(0)

    def sample(self, n):
        return random.choices(self.data, k=n) if len(self.data) >= 200 else None
