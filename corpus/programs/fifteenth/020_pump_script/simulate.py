import sys

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces


class GlucoseEnv(gym.Env):
    """One patient-day per episode, a new patient at each reset; ends early on severe hypo."""

    observation_space = spaces.Box(-10, 10, (3,), np.float32)
    action_space = spaces.Box(0, 1, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.sens = self.np_random.uniform(20, 60)
        self.g = self.np_random.uniform(80, 180)
        self.iob, self.gut, self.k = 0.0, 0.0, 0
        return self._obs(0.0), {}

    def _obs(self, carbs):
        cgm = self.g + self.np_random.normal(0, 8)
        return np.array([(cgm - 120) / 60, carbs / 60, self.k / 288], np.float32)

    def step(self, action):
        self.k += 1
        carbs = float(self.np_random.integers(20, 80)) if self.np_random.random() < 0.015 else 0.0
        self.iob = 0.94 * self.iob + float(action[0])
        self.gut = 0.92 * self.gut + carbs
        self.g += 3.0 + 0.12 * self.gut - 0.05 * self.iob * self.sens
        self.g = max(20.0, self.g)
        reward = 1.0 if 70 <= self.g <= 180 else -abs(self.g - 120) / 100
        return self._obs(carbs), reward, self.g < 40, self.k >= 288, {}


class PumpModel(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = torch.nn.GRUCell(3, 24)
        self.out = torch.nn.Linear(24, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return torch.sigmoid(self.out(h)), h


class CompiledPump:
    def __init__(self, weights):
        net = PumpModel()
        net.load_state_dict(torch.load(weights, map_location="cpu"))
        self.fn = torch.compile(net.eval(), mode="reduce-overhead")
        self.h = torch.zeros(1, 24)

    @torch.no_grad()
    def __call__(self, obs):
        u, h = self.fn(torch.from_numpy(obs)[None], self.h)
        self.h = h.clone()
        return u[0].numpy()


def main():
    weights, episodes = sys.argv[1], int(sys.argv[2])
    env = GlucoseEnv()
    pump = CompiledPump(weights)
    returns, hypos = [], 0
    for ep in range(episodes):
        obs, _ = env.reset(seed=ep)
        total, over = 0.0, False
        while not over:
            obs, r, hypo, end, _ = env.step(pump(obs))
            total += r
            over = hypo or end
        returns.append(total)
        hypos += hypo
        print(f"patient {ep:3d}  return {total:7.1f}  {'HYPO' if hypo else ''}")
    print(f"mean {np.mean(returns):.1f} +- {np.std(returns):.1f}, {hypos} severe hypos of {episodes}")


if __name__ == "__main__":
    main()
