import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv


class MuseumEnv(ParallelEnv):
    """A guard and a thief in a dark gallery. The guard hears the footsteps as a word (0..7)."""

    metadata = {"name": "museum_v0"}

    def __init__(self, size=9, max_steps=200):
        self.size = size
        self.max_steps = max_steps
        self.possible_agents = ["guard", "thief"]
        self.agents = []
        self._obs_space = spaces.Box(-1, 1, (6,), np.float32)
        self._act_space = spaces.Discrete(5)

    def observation_space(self, agent):
        return self._obs_space

    def action_space(self, agent):
        return self._act_space

    def reset(self, seed=None, options=None):
        self.rng = np.random.default_rng(seed)
        self.agents = list(self.possible_agents)
        self.pos = {"guard": np.array([0, 0]), "thief": np.array([self.size - 1, self.size - 1])}
        self.gem = self.rng.integers(1, self.size - 1, size=2)
        self.loot = 0
        self.t = 0
        return self._observe(), {a: {} for a in self.agents}

    def _observe(self):
        gap = self.pos["thief"] - self.pos["guard"]
        near = np.abs(gap).max() <= 2
        out = {}
        for agent, sign in (("guard", 1), ("thief", -1)):
            x = np.zeros(6, dtype=np.float32)
            x[:2] = self.pos[agent] / self.size
            if near:
                x[2:4] = sign * gap / self.size
            if agent == "thief":
                x[4:6] = (self.gem - self.pos[agent]) / self.size
            out[agent] = x
        return out

    def footsteps(self):
        gap = self.pos["thief"] - self.pos["guard"]
        octant = int(np.floor((np.arctan2(gap[1], gap[0]) + np.pi) / (np.pi / 4))) % 8
        return octant if self.rng.random() < 0.6 else int(self.rng.integers(8))

    def step(self, actions):
        moves = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]])
        for agent, action in actions.items():
            self.pos[agent] = np.clip(self.pos[agent] + moves[int(action)], 0, self.size - 1)
        self.t += 1
        caught = bool((self.pos["guard"] == self.pos["thief"]).all())
        stolen = bool((self.pos["thief"] == self.gem).all())
        if stolen:
            self.loot += 1
            self.gem = self.rng.integers(0, self.size, size=2)
        value = 1.0 * stolen - 5.0 * caught
        rewards = {"guard": -value, "thief": value}
        over = self.t >= self.max_steps
        terminations = {a: caught for a in self.agents}
        truncations = {a: over for a in self.agents}
        observations = self._observe()
        if caught or over:
            self.agents = []
        return observations, rewards, terminations, truncations, {"guard": {}, "thief": {}}
