import gymnasium as gym
import numpy as np
from gymnasium import spaces

IDLE, LEFT, RIGHT, PUNCH, BLOCK, THROW = range(6)


class Brawl(gym.Env):
    """Two fighters on a line, a match is best of five rounds. step() takes both actions."""

    def __init__(self, round_ticks=300):
        self.round_ticks = round_ticks
        self.observation_space = spaces.Box(-1, 1, (7,), np.float32)
        self.action_space = spaces.Discrete(6)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.wins = [0, 0]
        self._round()
        return self.view(0), {}

    def _round(self):
        self.pos, self.hp, self.cool, self.tick = [-0.5, 0.5], [1.0, 1.0], [0, 0], 0
        self.last = [IDLE, IDLE]

    def view(self, side):
        o, sgn = 1 - side, 1 if side == 0 else -1
        return np.array(
            [sgn * self.pos[side], sgn * self.pos[o], self.hp[side] * 2 - 1, self.hp[o] * 2 - 1,
             self.cool[side] / 10, self.last[o] / 5, (self.wins[side] - self.wins[o]) / 3], np.float32)

    def step(self, actions):
        self.tick += 1
        hp = list(self.hp)
        close = abs(self.pos[0] - self.pos[1]) < 0.25
        for s in (0, 1):
            a, b = actions[s], actions[1 - s]
            if a in (LEFT, RIGHT):
                d = -0.05 if a == LEFT else 0.05
                self.pos[s] = float(np.clip(self.pos[s] + (d if s == 0 else -d), -1, 1))
            if self.cool[s] > 0:
                self.cool[s] -= 1
            elif close and a == PUNCH:
                self.hp[1 - s] -= 0.02 if b == BLOCK else 0.1
                self.cool[s] = 5
            elif close and a == THROW:
                self.hp[1 - s] -= 0.15 if b == BLOCK else 0.0
                self.cool[s] = 8
        self.last = list(actions)
        reward = (hp[1] - self.hp[1]) - (hp[0] - self.hp[0])
        over = min(self.hp) <= 0 or self.tick >= self.round_ticks
        if over:
            w = 0 if self.hp[0] >= self.hp[1] else 1
            self.wins[w] += 1
            reward += 1.0 if w == 0 else -1.0
            self._round()
        return self.view(0), reward, max(self.wins) == 3, False, {"round_over": over}
