"""Self-play training of the tag agent with RecurrentPPO."""
import argparse
import os
import random
from collections import deque

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from tag_env import TagEnv


class SelfPlayCallback(BaseCallback):
    """Saves the policy now and then and hands out opponents from the pool."""

    def __init__(self, pool_dir, save_every, swap_every, pool_size=20, verbose=0):
        super().__init__(verbose)
        self.pool_dir = pool_dir
        self.save_every = save_every
        self.swap_every = swap_every
        self.pool = deque(maxlen=pool_size)
        self.catches = deque(maxlen=200)

    def _init_callback(self):
        os.makedirs(self.pool_dir, exist_ok=True)

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.catches.append(float(info["caught"]))

        if self.n_calls % self.save_every == 0:
            path = os.path.join(self.pool_dir, f"opponent_{self.num_timesteps}.zip")
            self.model.save(path)
            self.pool.append(path)

        if self.pool and self.n_calls % self.swap_every == 0:
            self._swap_opponents()
        return True

    def _swap_opponents(self):
        for i in range(self.training_env.num_envs):
            path = self.pool[-1] if random.random() < 0.5 else random.choice(self.pool)
            self.training_env.env_method("set_opponent", path, indices=i)
        if self.catches:
            self.logger.record("selfplay/catch_rate", np.mean(self.catches))
        self.logger.record("selfplay/pool", len(self.pool))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--timesteps", type=int, default=3_000_000)
    p.add_argument("--n-envs", type=int, default=8)
    p.add_argument("--save-every", type=int, default=5000)
    p.add_argument("--swap-every", type=int, default=1000)
    p.add_argument("--pool-dir", default="pool")
    args = p.parse_args()

    env = SubprocVecEnv([lambda: Monitor(TagEnv(), info_keywords=("caught",)) for _ in range(args.n_envs)])
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=128),
        tensorboard_log="tb",
        verbose=1,
    )
    callback = SelfPlayCallback(args.pool_dir, args.save_every, args.swap_every)
    model.learn(args.timesteps, callback=callback)
    model.save("tag_final")
    env.close()


if __name__ == "__main__":
    main()
