import random

import numpy as np
import ray
import torch

from .network import RecurrentQ
from .envs import make_env


@ray.remote(num_cpus=1)
class Actor:
    def __init__(self, rank, n_actors, cfg, param_server, replay):
        torch.set_num_threads(1)
        self.cfg, self.ps, self.replay = cfg, param_server, replay
        self.epsilon = 0.4 ** (1 + 7 * rank / max(1, n_actors - 1))
        self.env = make_env(cfg["env"], seed=cfg["seed"] + rank)
        self.q = RecurrentQ(self.env.observation_space.shape[0], self.env.action_space.n, cfg["hidden"])
        self.version = -1
        self.hidden = self.q.zeros(1)
        self.obs, _ = self.env.reset()
        self.block = []

    def pull(self):
        version, params = ray.get(self.ps.get.remote(self.version))
        if params is not None:
            self.q.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in params.items()})
            self.version = version

    def _act(self):
        with torch.no_grad():
            x = torch.as_tensor(self.obs, dtype=torch.float32).view(1, 1, -1)
            q, nxt = self.q(x, self.hidden)
        if random.random() < self.epsilon:
            return self.env.action_space.sample(), nxt
        return int(q[0, -1].argmax()), nxt

    def run(self):
        steps = 0
        while True:
            if steps % self.cfg["pull_every"] == 0:
                self.pull()
            action, nxt = self._act()
            obs, r, term, trunc, _ = self.env.step(action)
            self.block.append((self.obs, action, r, float(term), [t.numpy().copy() for t in self.hidden]))
            self.obs, self.hidden = obs, nxt
            steps += 1
            if term or trunc:
                self.obs, _ = self.env.reset()
                self.hidden = self.q.zeros(1)
            if term or trunc or len(self.block) == self.cfg["seq_len"]:
                if len(self.block) > self.cfg["burn_in"]:
                    self.replay.add.remote(self.block)
                self.block = []
