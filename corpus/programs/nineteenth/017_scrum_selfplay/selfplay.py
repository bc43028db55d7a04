import os
import random
import sys

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from scrum_env import ScrumEnv

POOL = "pool"


class SelfPlay(BaseCallback):
    def __init__(self, save_every=25, swap_every=4, keep=40):
        super().__init__()
        self.save_every = save_every
        self.swap_every = swap_every
        self.keep = keep
        self.rollouts = 0
        os.makedirs(POOL, exist_ok=True)

    def pool(self):
        return sorted((os.path.join(POOL, f) for f in os.listdir(POOL)), key=os.path.getmtime)

    def _on_rollout_start(self):
        self.rollouts += 1
        if self.rollouts % self.save_every == 0:
            self.model.save(os.path.join(POOL, f"pack_{self.num_timesteps}.zip"))
            for old in self.pool()[:-self.keep]:
                os.remove(old)
        if self.rollouts % self.swap_every == 0:
            files = self.pool()
            if files:
                for i in range(self.training_env.num_envs):
                    # half of the time the newest one
                    path = files[-1] if random.random() < 0.5 else random.choice(files)
                    self.training_env.env_method("set_opponent", path, indices=i)

    def _on_step(self):
        return True


if __name__ == "__main__":
    steps = int(float(sys.argv[1])) if len(sys.argv) > 1 else 5_000_000
    venv = make_vec_env(ScrumEnv, n_envs=8, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=128, batch_size=128, ent_coef=0.01, verbose=1)
    model.learn(steps, callback=SelfPlay())
    model.save("scrum_final")
