import gymnasium as gym
import numpy as np


class Piste(gym.Env):
    """1-D fencing. Both fencers act at once; each sees the other with a lag."""

    LAG = 4

    def __init__(self):
        self.observation_space = gym.spaces.Box(-1, 1, (4,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([4, 4])  # back, forward, parry, lunge

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([-0.4, 0.4])
        self.trace = [self.pos.copy()] * self.LAG
        self.last = np.zeros(2)
        self.t = 0
        return self._view(0), {}

    def _view(self, me):
        other = self.trace[-self.LAG][1 - me]
        sign = 1 if me == 0 else -1
        return np.array([sign * self.pos[me], sign * other, self.last[me] / 3, self.t / 400], np.float32).clip(-1, 1)

    @property
    def foe_view(self):
        return self._view(1)

    def step(self, acts):
        acts = np.asarray(acts)
        direction = np.array([1.0, -1.0])
        move = np.choose(acts, [-0.03, 0.03, 0.0, 0.08])
        self.pos = (self.pos + direction * move).clip(-1, 1)
        self.trace.append(self.pos.copy())
        self.last = acts.astype(float)
        self.t += 1
        near = abs(self.pos[1] - self.pos[0]) < 0.12
        hit = [near and acts[i] == 3 and acts[1 - i] != 2 for i in (0, 1)]
        reward = float(hit[0]) - float(hit[1])
        return self._view(0), reward, bool(any(hit)), self.t >= 400, {"hit": hit}
