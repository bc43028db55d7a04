import os

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env


class SolarTracker(gym.Env):
    """Turn a one-axis panel through the day. Irradiance is seen, clouds and sun angle are not."""

    def __init__(self, minutes=600):
        self.minutes = minutes
        self.action_space = spaces.Discrete(3)
        self.observation_space = spaces.Box(-1.0, 1.5, (3,), np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.m = 0
        self.angle = self.np_random.uniform(-0.5, 0.5)
        self.cloud = 0.0
        return self._obs(), {}

    def _power(self):
        sun = np.pi * (self.m / self.minutes - 0.5)
        return max(0.0, np.cos(sun - self.angle)) * (1 - self.cloud)

    def _obs(self):
        return np.array([self._power(), self.angle / np.pi, self.m / self.minutes], dtype=np.float32)

    def step(self, action):
        self.angle = float(np.clip(self.angle + 0.03 * (int(action) - 1), -1.5, 1.5))
        self.cloud = float(np.clip(self.cloud + self.np_random.normal(0, 0.05), 0, 0.9))
        self.m += 1
        cost = 0.02 if action != 1 else 0.0
        return self._obs(), self._power() - cost, self.m >= self.minutes, False, {}


class KeepBest(BaseCallback):
    """Saves the parameters with the best mean return and goes back to them after a collapse."""

    def __init__(self, path, check_freq=2000, tolerance=0.15, verbose=1):
        super().__init__(verbose)
        self.path = path
        self.check_freq = check_freq
        self.tolerance = tolerance
        self.best = -np.inf

    def _on_step(self):
        if self.n_calls % self.check_freq != 0 or len(self.model.ep_info_buffer) < 20:
            return True
        mean = np.mean([ep["r"] for ep in self.model.ep_info_buffer])
        self.logger.record("keep_best/mean", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best * (1 - self.tolerance):
            if self.verbose:
                print(f"step {self.num_timesteps}: {mean:.1f} is below {self.best:.1f}, restoring")
            self.model.set_parameters(self.path)
            self.model.ep_info_buffer.clear()
        return True


def main():
    os.makedirs("out", exist_ok=True)
    env = make_vec_env(SolarTracker, n_envs=8, seed=1)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        learning_rate=3e-4,
        ent_coef=0.005,
        policy_kwargs=dict(lstm_hidden_size=64, n_lstm_layers=1),
        verbose=1,
    )
    model.learn(3_000_000, callback=KeepBest("out/best_tracker.zip"))
    model.save("out/last_tracker.zip")


if __name__ == "__main__":
    main()
