import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from rollback_callback import RollbackCallback


class FermenterEnv(gym.Env):
    """Fed-batch yeast: feed sugar and set the jacket temperature for a maximal product."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(0.0, np.inf, shape=(3,), dtype=np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, shape=(2,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.biomass = 0.5 + self.np_random.uniform(0, 0.2)
        self.sugar = 5.0
        self.product = 0.0
        self.temperature = 30.0
        self.hour = 0
        return self._obs(), {}

    def _obs(self):
        # biomass is not measured online
        return np.array([self.temperature / 40, self.product, self.hour / 120], dtype=np.float32)

    def step(self, action):
        feed, jacket = np.clip(action, 0, 1)
        self.temperature += 0.3 * ((22 + 16 * jacket) - self.temperature)
        factor = np.exp(-((self.temperature - 31) / 4) ** 2)
        growth = 0.25 * factor * self.sugar / (self.sugar + 1) * self.biomass
        growth *= 1 / (1 + 0.05 * self.sugar)
        self.sugar = max(0.0, self.sugar + 2 * feed - 1.5 * growth)
        self.biomass += growth - 0.01 * self.biomass
        made = 0.1 * self.biomass * (self.sugar < 1.5)
        self.product += made
        self.hour += 1
        return self._obs(), float(made - 0.05 * feed), False, self.hour >= 120, {}


def main():
    env = make_vec_env(FermenterEnv, n_envs=8, seed=3)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        learning_rate=1e-3,
        n_steps=128,
        batch_size=128,
        n_epochs=10,
        verbose=1,
    )
    model.learn(1_500_000, callback=RollbackCallback("checkpoints/fermenter"))
    model.save("checkpoints/fermenter/last")


if __name__ == "__main__":
    main()
