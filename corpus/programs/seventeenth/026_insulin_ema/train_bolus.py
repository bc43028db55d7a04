"""Basal insulin dosing on virtual patients with a recurrent PPO policy."""
import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from ema_callback import EMACallback

MEALS = {84: 45.0, 150: 70.0, 228: 80.0}


class BergmanPatient(gym.Env):
    """Minimal model, one step is five minutes, one episode is five days."""

    def __init__(self, days=5):
        self.horizon = days * 288
        self.observation_space = spaces.Box(-5.0, 5.0, (2,), np.float32)
        self.action_space = spaces.Box(0.0, 1.0, (1,), np.float32)

    def _obs(self):
        cgm = self.g + self.np_random.normal(0, 4.0)
        return np.array([(cgm - 130.0) / 60.0, self.last_u - 0.5], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.sens = self.np_random.uniform(0.6, 1.6)
        self.g, self.x, self.i, self.gut = 140.0, 0.0, 8.0, 0.0
        self.t, self.last_u = 0, 0.5
        return self._obs(), {}

    def step(self, action):
        u = float(np.clip(action[0], 0.0, 1.0))
        self.last_u = u
        grams = MEALS.get(self.t % 288, 0.0)
        if grams:
            self.gut += grams * self.np_random.uniform(0.6, 1.3)
        absorbed = 0.06 * self.gut
        self.gut -= absorbed
        self.i += 5.0 * (-0.09 * self.i + 2.0 * u)
        self.x += 5.0 * (-0.025 * self.x + 1.3e-5 * self.sens * self.i)
        self.g += 5.0 * (-(0.003 + self.x) * self.g + 0.9) + 3.2 * absorbed
        self.t += 1
        risk = 10.0 * (1.509 * (np.log(max(self.g, 20.0)) ** 1.084 - 5.381)) ** 2
        hypo = self.g < 40.0
        reward = 1.0 - risk / 20.0 - (50.0 if hypo else 0.0)
        return self._obs(), float(reward), bool(hypo), self.t >= self.horizon, {}


if __name__ == "__main__":
    venv = make_vec_env(BergmanPatient, n_envs=12, seed=11)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=240, batch_size=480, gamma=0.995, n_epochs=6,
        policy_kwargs=dict(lstm_hidden_size=64, shared_lstm=True, enable_critic_lstm=False),
        tensorboard_log="runs_insulin", verbose=1,
    )
    model.learn(6_000_000, callback=[EMACallback(verbose=1), CheckpointCallback(50_000, "ckpt_insulin")])
    model.save("insulin_ppo")
