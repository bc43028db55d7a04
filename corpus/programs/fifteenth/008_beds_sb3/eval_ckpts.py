import glob
import re
import sys

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class HospitalBeds(gym.Env):
    """ICU / ward / discharge decision each hour. An episode is a whole quarter."""

    def __init__(self, icu=14, ward=60, hours=24 * 90):
        self.icu_beds, self.ward_beds, self.hours = icu, ward, hours
        self.observation_space = spaces.Box(-5, 5, (6,), np.float32)
        self.action_space = spaces.Discrete(4)

    def _obs(self):
        return np.array([
            self.icu / self.icu_beds,
            self.ward / self.ward_beds,
            self.er / 10,
            self.np_random.normal(self.sick, 0.3),
            np.sin(self.t / 24 * 2 * np.pi),
            (self.t // 24 % 7) / 7,
        ], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.icu, self.ward, self.er, self.sick = 0, 8, 40, 2, 0.0
        return self._obs(), {}

    def step(self, a):
        self.t += 1
        self.sick = 0.99 * self.sick + self.np_random.normal(0, 0.05)
        self.er += self.np_random.poisson(max(0.2, 1.5 + self.sick))
        if a == 0 and self.icu < self.icu_beds and self.er:
            self.icu += 1
            self.er -= 1
        elif a == 1:
            n = min(self.er, self.ward_beds - self.ward, 4)
            self.ward += n
            self.er -= n
        elif a == 2 and self.icu and self.ward < self.ward_beds:
            self.icu -= 1
            self.ward += 1
        elif a == 3:
            self.ward -= min(self.ward, 3)
        self.ward -= self.np_random.binomial(self.ward, 0.02)
        r = -0.1 * self.er - (1.0 if self.icu == self.icu_beds else 0) - (0.3 if a == 3 else 0)
        return self._obs(), float(r), False, self.t >= self.hours, {}


def step_number(path):
    return int(re.search(r"(\d+)_steps", path).group(1))


folder = sys.argv[1]
fortnight = 24 * 14
ckpts = sorted(glob.glob(folder + "/*_steps.zip"), key=step_number)
print(len(ckpts), "checkpoints")

env = HospitalBeds()
model = RecurrentPPO("MlpLstmPolicy", env, policy_kwargs=dict(lstm_hidden_size=64), device="cpu")

obs, _ = env.reset(seed=11)
lstm_states = None
starts = np.ones((1,), dtype=bool)
table = {}
for ckpt in ckpts:
    model.set_parameters(ckpt)
    total = 0.0
    for _ in range(fortnight):
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=starts, deterministic=True)
        obs, reward, term, trunc, _ = env.step(int(action))
        done = term or trunc
        starts = np.array([done])
        total += reward
        if done:
            obs, _ = env.reset()
    table[step_number(ckpt)] = total / fortnight

for n, v in sorted(table.items(), key=lambda kv: -kv[1]):
    print(f"{n:>9} {v:.3f}")
