import numpy as np
import torch
from gym import spaces
from rl_games.common import env_configurations, vecenv
from rl_games.common.ivecenv import IVecEnv


class Go1Vec(IVecEnv):
    """Batched point-mass stand-in of the Go1 with random pushes and unknown payload."""

    def __init__(self, config_name, num_actors, **kwargs):
        self.n = kwargs.get("num_envs", num_actors)
        self.push = kwargs.get("push", 0.0)
        self.observation_space = spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.limit = 600

    def set_push(self, push):
        self.push = push

    def get_env_info(self):
        return {"observation_space": self.observation_space, "action_space": self.action_space, "agents": 1}

    def _fresh(self, ids):
        k = len(ids)
        self.tilt[ids] = 0.1 * torch.randn(k, 2)
        self.rate[ids] = 0.0
        self.vel[ids] = 0.0
        self.load[ids] = 0.5 + torch.rand(k, 1)
        self.age[ids] = 0

    def reset(self):
        self.tilt, self.rate, self.vel = (torch.zeros(self.n, 2) for _ in range(3))
        self.load = torch.ones(self.n, 1)
        self.age = torch.zeros(self.n, dtype=torch.long)
        self._fresh(torch.arange(self.n))
        return self._obs()

    def _obs(self):
        return torch.cat([self.tilt, self.rate, self.vel], dim=1)

    def step(self, actions):
        a = torch.as_tensor(actions).cpu()
        kick = self.push * torch.randn(self.n, 2) * (torch.rand(self.n, 1) < 0.02)
        self.rate = 0.95 * self.rate + 0.1 * self.tilt - 0.2 * a / self.load + kick
        self.tilt = self.tilt + 0.05 * self.rate
        self.vel = 0.98 * self.vel + 0.02 * a.abs()
        self.age += 1
        fallen = self.tilt.abs().amax(dim=1) > 0.8
        done = fallen | (self.age >= self.limit)
        reward = self.vel[:, 0] - self.tilt.pow(2).sum(dim=1) - 5.0 * fallen
        info = {"forward_speed": self.vel[:, 0].clone(), "fallen": fallen}
        self._fresh(done.nonzero().flatten())
        return self._obs(), reward, done, info


def register_go1():
    vecenv.register("GO1", lambda name, n, **kw: Go1Vec(name, n, **kw))
    env_configurations.register("go1", {"vecenv_type": "GO1", "env_creator": lambda **kw: Go1Vec("go1", 1, **kw)})
