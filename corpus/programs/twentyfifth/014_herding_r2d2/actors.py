import numpy as np
import ray
import torch

from qnet import RecurrentQ
from flock import Flock


@ray.remote
class ParamServer:
    def __init__(self, weights):
        self.weights = weights
        self.version = 0

    def push(self, weights):
        self.weights = weights
        self.version += 1

    def pull(self, have):
        if have == self.version:
            return None, have
        return self.weights, self.version


@ray.remote
class Actor:
    SEQ, OVERLAP, SYNC = 40, 20, 400

    def __init__(self, idx, n_actors, server, replay):
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.env = Flock(seed=idx)
        self.net = RecurrentQ()
        self.server, self.replay = server, replay
        self.version = -1
        self.rng = np.random.default_rng(idx)

    def sync(self):
        weights, self.version = ray.get(self.server.pull.remote(self.version))
        if weights is not None:
            self.net.load_state_dict(weights)

    def act(self, obs, state):
        with torch.no_grad():
            q, state = self.net(torch.from_numpy(obs)[None, None], state)
        if self.rng.random() < self.eps:
            return int(self.rng.integers(q.shape[-1])), state
        return int(q[0, 0].argmax()), state

    def run(self):
        steps = 0
        self.sync()
        while True:
            obs, done = self.env.reset(), False
            state = self.net.zero_state(1)
            seq, states = [], []
            while not done:
                states.append(tuple(s.numpy().copy() for s in state))
                a, state = self.act(obs, state)
                nxt, r, done = self.env.step(a)
                seq.append((obs, a, r, done))
                obs = nxt
                steps += 1
                if len(seq) == self.SEQ or done:
                    self.replay.add.remote(seq, states[0])
                    seq, states = seq[self.OVERLAP:], states[self.OVERLAP:]
                if steps % self.SYNC == 0:
                    self.sync()
