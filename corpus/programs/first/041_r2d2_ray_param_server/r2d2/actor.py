import random

import gymnasium as gym
import numpy as np
import ray
import torch

from .net import R2D2Net


@ray.remote
class ParamServer:
    def __init__(self):
        self.w, self.v = None, 0

    def push(self, w):
        self.w = w
        self.v += 1

    def pull(self):
        return self.w, self.v


@ray.remote(num_cpus=1)
class Actor:
    UPDATE = 400

    def __init__(self, idx, n, env_id, ps, replay):
        self.env = gym.make(env_id)
        self.ps, self.replay = ps, replay
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n - 1))
        self.online_net = R2D2Net(self.env.observation_space.shape[0], self.env.action_space.n)
        self.frames = 0
        self.hc = None

    def _sync(self):
        w, v = ray.get(self.ps.pull.remote())
        if w is not None:
            self.online_net.load_state_dict(w)

    def run(self):
        obs, _ = self.env.reset()
        self.hc = None
        seq = []
        while True:
            if self.frames % self.UPDATE == 0:
                self._sync()
            self.frames += 1
            prev = self.hc
            with torch.no_grad():
                q, self.hc = self.online_net(torch.as_tensor(obs, dtype=torch.float32).view(1, 1, -1), self.hc)
            a = self.env.action_space.sample() if random.random() < self.eps else int(q.argmax())
            nobs, r, te, tr, _ = self.env.step(a)
            seq.append((obs, a, r, te, None if prev is None else [p.numpy() for p in prev]))
            obs = nobs
            if te or tr or len(seq) == 80:
                self.replay.add.remote(seq)
                seq = []
            if te or tr:
                obs, _ = self.env.reset()
                self.hc = None
