# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     name: python3
# ---

# %% [markdown]
# # Playlist continuation: does the recurrent policy beat the bandit?
# A listener's mood drifts within a session. We trained `RecurrentPPO` on the simulator
# (`playlist_train.py`) and compare it here with an epsilon-greedy bandit.

# %%
from collections import defaultdict

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

# %%
N_GENRES = 6


class Listener(gym.Env):
    def __init__(self):
        self.observation_space = spaces.Box(0, 1, (N_GENRES + 1,), np.float32)
        self.action_space = spaces.Discrete(N_GENRES)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.mood = self.np_random.dirichlet(np.ones(N_GENRES))
        self.last, self.liked, self.t = 0, 0.0, 0
        return self._obs(), {}

    def _obs(self):
        out = np.zeros(N_GENRES + 1, dtype=np.float32)
        out[self.last] = 1
        out[-1] = self.liked
        return out

    def step(self, genre):
        p = self.mood[genre]
        self.liked = float(self.np_random.random() < min(1.0, 2 * p))
        self.mood = 0.95 * self.mood + 0.05 * self.np_random.dirichlet(np.ones(N_GENRES))
        self.mood[genre] *= 0.9
        self.mood /= self.mood.sum()
        self.last, self.t = int(genre), self.t + 1
        bored = self.liked == 0 and self.np_random.random() < 0.05
        return self._obs(), self.liked, bored, self.t >= 50, {}


# %%
num_envs = 16
sessions = 400
vec_env = make_vec_env(Listener, n_envs=num_envs, seed=2024)
model = RecurrentPPO.load("playlist_recurrent_ppo", device="cpu")
print(model.policy)

# %% [markdown]
# ## Recurrent policy

# %%
obs = vec_env.reset()
lstm_states = None
episode_starts = np.ones((num_envs,), dtype=bool)
running = np.zeros(num_envs)
scores = defaultdict(list)

while len(scores["rppo"]) < sessions:
    action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts, deterministic=True)
    obs, rewards, dones, infos = vec_env.step(action)
    running += rewards
    for i in np.flatnonzero(dones):
        scores["rppo"].append(running[i])
        running[i] = 0.0

print("recurrent", np.mean(scores["rppo"]), "+-", np.std(scores["rppo"]) / np.sqrt(len(scores["rppo"])))

# %% [markdown]
# ## Bandit

# %%
rng = np.random.default_rng(0)
counts, likes = np.ones((num_envs, N_GENRES)), np.full((num_envs, N_GENRES), 0.5)
running[:] = 0
obs = vec_env.reset()
while len(scores["bandit"]) < sessions:
    greedy = (likes / counts).argmax(1)
    action = np.where(rng.random(num_envs) < 0.1, rng.integers(N_GENRES, size=num_envs), greedy)
    obs, rewards, dones, infos = vec_env.step(action)
    counts[np.arange(num_envs), action] += 1
    likes[np.arange(num_envs), action] += rewards
    running += rewards
    for i in np.flatnonzero(dones):
        scores["bandit"].append(running[i])
        running[i] = 0.0
        counts[i], likes[i] = 1.0, 0.5

print("bandit   ", np.mean(scores["bandit"]), "+-", np.std(scores["bandit"]) / np.sqrt(len(scores["bandit"])))

# %%
diff = np.mean(scores["rppo"]) - np.mean(scores["bandit"])
print(f"the recurrent policy is {diff:+.2f} likes a session better")
