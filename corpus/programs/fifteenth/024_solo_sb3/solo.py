# trading fours: drummer plays 4 bars, the agent answers with 4 bars of rhythm
import glob
import os
import sys

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

STEPS = 32


class Fours(gym.Env):
    observation_space = gym.spaces.Box(0, 1, (4,), np.float32)
    action_space = gym.spaces.MultiDiscrete([2, 3])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.call = self.np_random.random(STEPS) < self.np_random.uniform(0.2, 0.6)
        self.accent = self.np_random.random(STEPS) < 0.3
        self.answer = []
        self.t = 0
        return self.obs(), {}

    def obs(self):
        listening = self.t < STEPS
        k = self.t % STEPS
        hit = float(self.call[k]) if listening else 0.0
        acc = float(self.accent[k]) if listening else 0.0
        return np.array([hit, acc, float(listening), k / STEPS], np.float32)

    def step(self, a):
        r = 0.0
        k = self.t % STEPS
        if self.t >= STEPS:
            self.answer.append(int(a[0]))
            same = int(a[0]) == int(self.call[k])
            r = 0.5 if same else -0.2
            if k >= 24 and not same:
                r = 0.4     # vary the last bar
            if a[1] == 2 and not self.accent[k]:
                r -= 0.1
        elif a[0]:
            r = -0.3        # don't talk over the drummer
        self.t += 1
        done = self.t >= 2 * STEPS
        return (np.zeros(4, np.float32) if done else self.obs()), r, done, False, {}


def train(total=2_000_000, parts=10):
    venv = make_vec_env(Fours, n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, ent_coef=0.01, verbose=1)
    os.makedirs("fours", exist_ok=True)
    for i in range(parts):
        model.learn(total // parts, reset_num_timesteps=False)
        model.save(f"fours/part{i:02d}")


def listen(n_envs=8, episodes=100):
    venv = make_vec_env(Fours, n_envs=n_envs, seed=99)
    for path in sorted(glob.glob("fours/part*.zip")):
        model = RecurrentPPO.load(path, env=venv)
        obs = venv.reset()
        states, starts = None, np.ones(n_envs, dtype=bool)
        rets, cur = [], np.zeros(n_envs)
        while len(rets) < episodes:
            act, states = model.predict(obs, state=states, episode_start=starts)
            obs, rew, starts, _ = venv.step(act)
            cur += rew
            for i in np.flatnonzero(starts):
                rets.append(cur[i])
                cur[i] = 0
        print(os.path.basename(path), "%.2f" % np.mean(rets))


if __name__ == "__main__":
    if sys.argv[1:] == ["listen"]:
        listen()
    else:
        train()
