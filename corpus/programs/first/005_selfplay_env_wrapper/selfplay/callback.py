import os
import random

from stable_baselines3.common.callbacks import BaseCallback


class SelfPlayCallback(BaseCallback):
    def __init__(self, out_dir, every=25_000):
        super().__init__()
        self.out_dir = out_dir
        self.every = every
        self.last = 0

    def _on_step(self):
        if self.num_timesteps - self.last >= self.every:
            self.last = self.num_timesteps
            path = os.path.join(self.out_dir, f"sp_{self.num_timesteps}.zip")
            self.model.save(path)
            pool = sorted(os.listdir(self.out_dir))
            for i in range(self.training_env.num_envs):
                pick = random.choice(pool[-10:])
                self.training_env.env_method("set_opponent", os.path.join(self.out_dir, pick), indices=[i])
        return True
