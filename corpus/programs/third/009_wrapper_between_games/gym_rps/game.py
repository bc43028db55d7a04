import gymnasium as gym
import numpy as np


class RepeatedRPS(gym.Env):
    """Rock, paper, scissors against whoever sits in `self.rival`."""

    def __init__(self, rival=None):
        self.rival = rival
        self.observation_space = gym.spaces.Box(0, 1, (7,), np.float32)
        self.action_space = gym.spaces.Discrete(3)
        self._last = (None, None)

    def _obs(self, mine, theirs):
        o = np.zeros(7, np.float32)
        if mine is None:
            o[6] = 1.0
        else:
            o[mine] = 1.0
            o[3 + theirs] = 1.0
        return o

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._last = (None, None)
        if self.rival is not None:
            self.rival.new_game(self.np_random)
        return self._obs(None, None), {}

    def step(self, action):
        mine, theirs = self._last
        if self.rival is None:
            reply = int(self.np_random.integers(3))
        else:
            reply = self.rival.move(self._obs(theirs, mine))
        self._last = (int(action), reply)
        reward = [0.0, 1.0, -1.0][(int(action) - reply) % 3]
        return self._obs(int(action), reply), reward, False, False, {"reply": reply}
