import argparse
import os

import numpy as np
import torch as th
from stable_baselines3 import SAC, PPO, A2C
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from envs import WindowEnv
from extractor import LSTMExtractor

ALGOS = {"ppo": PPO, "a2c": A2C}


class RollbackCallback(BaseCallback):
    """return to the best weights when reward collapses"""

    def __init__(self, drop=0.5):
        super().__init__()
        self.drop, self.best, self.sd = drop, -np.inf, None

    def _on_rollout_start(self):
        if not self.model.ep_info_buffer:
            return
        r = np.mean([e["r"] for e in self.model.ep_info_buffer])
        if r > self.best:
            self.best = r
            self.sd = {k: v.clone() for k, v in self.model.policy.state_dict().items()}
        elif self.sd is not None and r < self.best - self.drop * abs(self.best):
            self.model.policy.load_state_dict(self.sd)
            self.logger.record("rollback/best", self.best)

    def _on_step(self):
        return True


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("npy")
    p.add_argument("--algo", choices=sorted(ALGOS), default="ppo")
    p.add_argument("--stages", type=int, default=10)
    a = p.parse_args()
    x = np.load(a.npy).astype(np.float32)
    env = make_vec_env(lambda: WindowEnv(x), n_envs=8)
    model = ALGOS[a.algo]("MlpPolicy", env, policy_kwargs=dict(features_extractor_class=LSTMExtractor, features_extractor_kwargs=dict(features_dim=64)), verbose=1)
    for s in range(a.stages):
        model.learn(100_000, callback=RollbackCallback(), reset_num_timesteps=False)
        model.save(f"stage_{s}")
        if s and os.path.exists("external.zip"):
            model.set_parameters("external.zip")
