import argparse
import os
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from volley_env import VolleySelfPlayEnv


class SelfPlayCallback(BaseCallback):
    def __init__(self, pool_dir, snapshot_every, swap_every):
        super().__init__()
        self.pool_dir, self.snapshot_every, self.swap_every = pool_dir, snapshot_every, swap_every
        self.pool = []

    def _init_callback(self):
        os.makedirs(self.pool_dir, exist_ok=True)

    def _on_step(self):
        if self.n_calls % self.snapshot_every == 0:
            path = os.path.join(self.pool_dir, f"gen_{self.num_timesteps}.zip")
            self.model.save(path)
            self.pool.append(path)
        if self.pool and self.n_calls % self.swap_every == 0:
            for i in range(self.training_env.num_envs):
                self.training_env.env_method("set_opponent", random.choice(self.pool[-20:]), indices=i)
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--timesteps", type=int, default=3_000_000)
    ap.add_argument("--pool", default="pool")
    ap.add_argument("--n-envs", type=int, default=8)
    a = ap.parse_args()
    env = make_vec_env(VolleySelfPlayEnv, n_envs=a.n_envs)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=256, verbose=1,
                         policy_kwargs=dict(lstm_hidden_size=64))
    model.learn(a.timesteps, callback=SelfPlayCallback(a.pool, 10_000, 2_000))
    model.save("volley_final")


if __name__ == "__main__":
    main()
