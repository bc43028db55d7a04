import argparse
import copy
from collections import deque

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from slot_env import SlotCar


class PitWall(BaseCallback):
    """Keeps the best driver so far and calls him back when the lap rewards collapse."""

    def __init__(self, check_every=500, window=60, collapse=0.5, verbose=0):
        super().__init__(verbose)
        self.check_every = check_every
        self.results = deque(maxlen=window)
        self.collapse = collapse
        self.best_mean = -np.inf
        self.best_driver = None

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.results.append(info["episode"]["r"])
        if self.n_calls % self.check_every or len(self.results) < self.results.maxlen:
            return True
        mean = float(np.mean(self.results))
        if mean > self.best_mean:
            self.best_mean = mean
            self.best_driver = copy.deepcopy(self.model.get_parameters())
        elif mean < self.best_mean - self.collapse * abs(self.best_mean):
            self.model.set_parameters(self.best_driver)
            self.blank_memory()
            self.results.clear()
            self.logger.record("pit/recalls", self.n_calls)
        return True

    def blank_memory(self):
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=2_000_000)
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--check-every", type=int, default=500)
    ap.add_argument("--out", default="slotcar")
    args = ap.parse_args()
    venv = make_vec_env(SlotCar, n_envs=args.envs)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, n_epochs=6,
                         learning_rate=5e-4, ent_coef=0.005, verbose=1,
                         policy_kwargs=dict(lstm_hidden_size=128))
    model.learn(args.steps, callback=PitWall(args.check_every))
    model.save(args.out)


if __name__ == "__main__":
    main()
