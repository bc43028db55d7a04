import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env


class DemandResponseEnv(gym.Env):
    """One office block: shift heating and EV load along with a day-ahead price (15 min steps)."""

    def __init__(self):
        self.observation_space = spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.temp = 20.0
        self.ev = 60.0
        base = 0.25 + 0.1 * np.sin(np.linspace(0, 4 * np.pi, 96))
        self.price = np.clip(base + self.np_random.normal(0, 0.04, 96), 0.02, None)
        return self._obs(), {}

    def _obs(self):
        p = self.price[min(self.t, 95)]
        return np.array([np.sin(self.t / 96 * 6.28), np.cos(self.t / 96 * 6.28), p * 4, self.temp - 21, self.ev / 60], np.float32)

    def step(self, action):
        heat = 5 * (action[0] + 1)
        charge = min(self.ev, 4 * (action[1] + 1) / 2)
        self.temp += 0.08 * heat - 0.03 * (self.temp - 5)
        self.ev -= charge
        cost = self.price[self.t] * (heat + charge)
        reward = -cost - 0.3 * max(0.0, abs(self.temp - 21) - 1)
        self.t += 1
        over = self.t >= 96
        if over:
            reward -= 0.2 * self.ev
        return self._obs(), float(reward), over, False, {}


class RevertOnDrop(BaseCallback):
    """Puts the best saved policy back when the episode cost has clearly gone up."""

    def __init__(self, file="dr_best.zip", margin=4.0):
        super().__init__()
        self.file = file
        self.margin = margin
        self.best = -np.inf

    def _on_rollout_start(self):
        episodes = self.model.ep_info_buffer
        if len(episodes) < 30:
            return
        score = np.mean([e["r"] for e in episodes])
        if score > self.best:
            self.best = score
            self.model.save(self.file)
        elif score < self.best - self.margin:
            self.model.set_parameters(self.file, device=self.model.device)
            self.model._last_lstm_states = RNNStates(
                *[tuple(torch.zeros_like(x) for x in pair) for pair in self.model._last_lstm_states]
            )
            self.model._last_episode_starts = np.ones((self.model.n_envs,), dtype=bool)
            episodes.clear()
            if self.verbose:
                print("reverted at", self.num_timesteps)

    def _on_step(self):
        return True


if __name__ == "__main__":
    venv = make_vec_env(DemandResponseEnv, n_envs=6)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=192,
        batch_size=192,
        gamma=0.995,
        policy_kwargs={"lstm_hidden_size": 64},
        verbose=1,
    )
    model.learn(total_timesteps=1_500_000, callback=RevertOnDrop())
    model.save("dr_final")
