import argparse
import copy
import random

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from tug import TugOfWar


class RivalCallback(BaseCallback):
    def __init__(self, snapshot_every: int, change_every: int, size: int = 15):
        super().__init__(verbose=1)
        self.snapshot_every = snapshot_every
        self.change_every = change_every
        self.size = size
        self.rivals: list = []

    def _on_step(self) -> bool:
        if self.n_calls % self.snapshot_every == 0:
            self.rivals.append(copy.deepcopy(self.model.policy.state_dict()))
            self.rivals = self.rivals[-self.size:]
        if self.rivals and self.n_calls % self.change_every == 0:
            for i in range(self.training_env.num_envs):
                self.training_env.env_method("challenge", random.choice(self.rivals), indices=i)
        return True


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--envs", type=int, default=4)
    parser.add_argument("--steps", type=int, default=3_000_000)
    opts = parser.parse_args()
    venv = make_vec_env(TugOfWar, n_envs=opts.envs)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, learning_rate=2.5e-4, device="cpu", verbose=1)
    model.learn(opts.steps, callback=RivalCallback(10_000, 2_000))
    model.save("tug")
