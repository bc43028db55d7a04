import gym
import numpy as np
from rl_games.common import env_configurations


class EscapeHouse(gym.Env):
    """Three locked rooms in a row: clues are shown once, codes have to be typed from memory."""

    def __init__(self, digits=3, rooms=3, limit=240, **kwargs):
        self.digits, self.rooms, self.limit = digits, rooms, limit
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (rooms + 7,), np.float32)
        self.action_space = gym.spaces.Discrete(6)   # 0-3 type a symbol, 4 look around, 5 wait
        self.rng = np.random.default_rng()

    def reset(self):
        self.codes = self.rng.integers(0, 4, (self.rooms, self.digits))
        self.room = self.t = self.typed = self.seen = 0
        return self._obs()

    def _obs(self, clue=-1, wrong=False):
        obs = np.zeros(self.rooms + 7, np.float32)
        obs[min(self.room, self.rooms - 1)] = 1.0
        if clue >= 0:
            obs[self.rooms + clue] = 1.0
        obs[-3] = float(wrong)
        obs[-2] = self.typed / self.digits
        obs[-1] = self.t / self.limit
        return obs

    def step(self, action):
        action = int(action)
        self.t += 1
        reward, clue, wrong = -0.01, -1, False
        if action == 4 and self.seen < self.digits:
            clue = int(self.codes[self.room, self.seen])
            self.seen += 1
        elif action < 4:
            if action == self.codes[self.room, self.typed]:
                self.typed += 1
                reward += 0.1
            else:
                self.typed, wrong = 0, True
                reward -= 0.1
        if self.typed == self.digits:
            self.room += 1
            self.typed = self.seen = 0
            reward += 1.0
        done = self.room == self.rooms or self.t >= self.limit
        return self._obs(clue, wrong), reward, done, {"room": self.room}


def register():
    env_configurations.register("escape_house", {
        "vecenv_type": "RAY",
        "env_creator": lambda **kw: EscapeHouse(**kw),
    })
