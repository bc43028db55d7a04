import gymnasium as gym
import numpy as np
from gymnasium import spaces

RECIPES = {
    "toast": ["bread", "toaster", "plate"],
    "omelette": ["egg", "bowl", "pan", "plate"],
    "soup": ["onion", "knife", "pot", "water", "bowl"],
}
STATIONS = sorted({s for recipe in RECIPES.values() for s in recipe})


class KitchenEnv(gym.Env):
    """Visit the stations of a recipe in order. The recipe is read out once, at the beginning."""

    def __init__(self, max_steps=60):
        super().__init__()
        self.max_steps = max_steps
        self.stage = "toast"
        self.action_space = spaces.Discrete(len(STATIONS))
        self.observation_space = spaces.Box(0.0, 1.0, (len(RECIPES) + len(STATIONS) + 1,), np.float32)

    def set_stage(self, stage):
        self.stage = stage

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        known = list(RECIPES)[: list(RECIPES).index(self.stage) + 1]
        self.recipe = str(self.np_random.choice(known))
        self.progress = 0
        self.t = 0
        self.at = None
        return self._obs(announce=True), {}

    def step(self, action):
        self.at = int(action)
        self.t += 1
        reward = -0.02
        if STATIONS[self.at] == RECIPES[self.recipe][self.progress]:
            self.progress += 1
            reward += 0.5
        finished = self.progress == len(RECIPES[self.recipe])
        truncated = self.t >= self.max_steps
        return self._obs(), reward, finished, truncated, {"is_success": finished}

    def _obs(self, announce=False):
        ticket = np.zeros(len(RECIPES), dtype=np.float32)
        if announce:
            ticket[list(RECIPES).index(self.recipe)] = 1.0
        station = np.zeros(len(STATIONS), dtype=np.float32)
        if self.at is not None:
            station[self.at] = 1.0
        return np.concatenate([ticket, station, [np.float32(announce)]]).astype(np.float32)
