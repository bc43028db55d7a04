import numpy as np
import torch
import torch.nn as nn


class RecurrentActor(nn.Module):
    def __init__(self, obs_dim, n_actions, width):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(obs_dim, width), nn.Tanh())
        self.core = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)

    def forward(self, obs, mem):
        lead = obs.shape[:-1]
        x = self.embed(obs).reshape(-1, self.core.input_size)
        mem = self.core(x, mem.reshape(-1, self.core.hidden_size))
        return self.pi(mem).view(*lead, -1), mem.view(*lead, -1)


class JointCritic(nn.Module):
    def __init__(self, joint_dim, width):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(joint_dim, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
        )

    def forward(self, obs):
        return self.body(obs.flatten(-2)).squeeze(-1)


class BeaconField:
    """Agents on a line have to gather at a beacon that only blinks now and then."""

    def __init__(self, cfg, seed=0):
        self.cfg = cfg
        self.rng = np.random.default_rng(seed)
        self.span = cfg.levels[0]
        self.pos = np.zeros((cfg.n_envs, cfg.n_agents))
        self.beacon = np.zeros(cfg.n_envs)
        self.t = np.zeros(cfg.n_envs, dtype=int)
        for i in range(cfg.n_envs):
            self._respawn(i)

    def _respawn(self, i):
        self.pos[i] = self.rng.uniform(-self.span, self.span, self.cfg.n_agents)
        self.beacon[i] = self.rng.uniform(-self.span, self.span)
        self.t[i] = 0

    def observe(self):
        blink = (self.t % 10 == 0).astype(float)[:, None] * np.ones_like(self.pos)
        obs = np.stack([self.pos, blink, blink * self.beacon[:, None]], -1)
        return torch.as_tensor(obs, dtype=torch.float32)

    def step(self, acts):
        self.pos += 0.2 * (acts - 1)
        self.t += 1
        gap = np.abs(self.pos - self.beacon[:, None]).max(1)
        won = gap < 0.4
        rew = won.astype(float) - 0.01 * gap
        done = won | (self.t >= self.cfg.episode_limit)
        for i in np.flatnonzero(done):
            self._respawn(i)
        return self.observe(), torch.as_tensor(rew, dtype=torch.float32), torch.as_tensor(done, dtype=torch.float32), won
