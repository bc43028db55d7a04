import functools

import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv


class FencingEnv(ParallelEnv):
    """Two fencers on a piste: advance, retreat, lunge or parry. The other's posture is hidden."""

    metadata = {"name": "fencing_v0", "render_modes": []}

    def __init__(self, max_steps=150):
        self.possible_agents = ["left", "right"]
        self.agents = []
        self.max_steps = max_steps
        self.rng = np.random.default_rng()

    @functools.lru_cache(maxsize=None)
    def observation_space(self, agent):
        return spaces.Box(-1.0, 1.0, (4,), np.float32)

    @functools.lru_cache(maxsize=None)
    def action_space(self, agent):
        return spaces.Discrete(4)

    def reset(self, seed=None, options=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.agents = list(self.possible_agents)
        self.x = {"left": -0.5, "right": 0.5}
        self.fatigue = {a: 0.0 for a in self.agents}
        self.t = 0
        return self._observe(), {a: {} for a in self.agents}

    def step(self, actions):
        for agent, side in (("left", 1.0), ("right", -1.0)):
            if actions[agent] == 0:
                self.x[agent] += 0.1 * side
            elif actions[agent] == 1:
                self.x[agent] -= 0.1 * side
            elif actions[agent] == 2:
                self.fatigue[agent] = min(1.0, self.fatigue[agent] + 0.2)
            self.x[agent] = float(np.clip(self.x[agent], -1, 1))
        gap = self.x["right"] - self.x["left"]
        rewards = {"left": 0.0, "right": 0.0}
        for agent, other in (("left", "right"), ("right", "left")):
            in_range = gap < 0.35 and self.rng.random() > 0.5 * self.fatigue[agent]
            if actions[agent] == 2 and in_range:
                blocked = actions[other] == 3
                rewards[agent] += -1.0 if blocked else 1.0
                rewards[other] -= -1.0 if blocked else 1.0
        self.t += 1
        hit = rewards["left"] != 0.0
        terminations = {a: hit for a in self.agents}
        truncations = {a: self.t >= self.max_steps for a in self.agents}
        obs = self._observe()
        infos = {a: {} for a in self.agents}
        if hit or self.t >= self.max_steps:
            self.agents = []
        return obs, rewards, terminations, truncations, infos

    def _observe(self):
        gap = self.x["right"] - self.x["left"]
        noise = float(self.rng.normal(0, 0.05))
        return {
            "left": np.array([self.x["left"], gap - 1 + noise, self.fatigue["left"], 0.0], dtype=np.float32),
            "right": np.array([-self.x["right"], gap - 1 + noise, self.fatigue["right"], 1.0], dtype=np.float32),
        }
