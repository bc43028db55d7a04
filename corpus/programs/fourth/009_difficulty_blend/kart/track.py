import gymnasium as gym
import numpy as np
from gymnasium import spaces


class TwoKarts(gym.Env):
    """Two point karts on a ring of bends; both see the bends ahead and the gap."""

    def __init__(self, laps=3, bends=40):
        self.laps, self.n = laps, bends
        box = spaces.Box(-np.inf, np.inf, (8,), np.float32)
        act = spaces.Box(-1, 1, (2,), np.float32)
        self.observation_space = spaces.Dict(player=box, rival=box)
        self.action_space = spaces.Dict(player=act, rival=act)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.bend = self.np_random.normal(0, 0.4, self.n)
        self.pos = {"player": 0.0, "rival": 0.0}
        self.vel = {"player": 0.0, "rival": 0.0}
        return self._obs(), {}

    def _obs(self):
        out = {}
        for me, other in (("player", "rival"), ("rival", "player")):
            i = int(self.pos[me]) % self.n
            ahead = np.take(self.bend, range(i, i + 5), mode="wrap")
            out[me] = np.array([*ahead, self.vel[me], self.pos[other] - self.pos[me], self.pos[me] % 1], dtype=np.float32)
        return out

    def step(self, action):
        before = self.pos["player"]
        for who, (gas, steer) in action.items():
            want = self.bend[int(self.pos[who]) % self.n]
            self.vel[who] = 0.95 * self.vel[who] + 0.05 * gas - 0.05 * abs(steer - want)
            self.vel[who] = max(0.0, self.vel[who])
            self.pos[who] += self.vel[who]
        info = {f"{w}_progress": p for w, p in self.pos.items()}
        over = max(self.pos.values()) >= self.laps * self.n
        return self._obs(), self.pos["player"] - before, over, False, info
