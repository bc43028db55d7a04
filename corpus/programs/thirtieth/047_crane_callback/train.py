import copy
from collections import deque

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from crane import Crane

MASSES = [0.5, 1.0, 2.0, 4.0, 6.0]


class HeavierLoads(BaseCallback):
    """Next mass when the last 100 lifts went well; back to the weights of the level's start when they go badly."""

    def __init__(self, good=3.5, bad=-4.0, verbose=0):
        super().__init__(verbose)
        self.good, self.bad = good, bad
        self.level = 0
        self.lifts = deque(maxlen=100)
        self.entry = None

    def _on_training_start(self):
        self.training_env.env_method("set_mass", MASSES[self.level])
        self.entry = copy.deepcopy(self.model.get_parameters())

    def _blank(self):
        old = self.model._last_lstm_states
        return RNNStates(tuple(th.zeros_like(t) for t in old.pi), tuple(th.zeros_like(t) for t in old.vf))

    def _on_step(self):
        self.lifts.extend(i["episode"]["r"] for i in self.locals["infos"] if "episode" in i)
        if len(self.lifts) < self.lifts.maxlen:
            return True
        mean = float(np.mean(self.lifts))
        self.logger.record("crane/mean_lift", mean)
        self.logger.record("crane/mass", MASSES[self.level])
        if mean > self.good:
            if self.level == len(MASSES) - 1:
                return False
            self.level += 1
            self.training_env.env_method("set_mass", MASSES[self.level])
            self.entry = copy.deepcopy(self.model.get_parameters())
            self.lifts.clear()
        elif mean < self.bad and self.level > 0:
            self.model.set_parameters(self.entry)
            self.model._last_lstm_states = self._blank()
            self.lifts.clear()
        return True


def main():
    env = make_vec_env(Crane, n_envs=8, seed=3)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=256, batch_size=512, gamma=0.99, ent_coef=0.001, learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=64, net_arch=dict(pi=[64], vf=[64])), tensorboard_log="tb", verbose=1, seed=3)
    model.learn(3_000_000, callback=[HeavierLoads(), CheckpointCallback(50_000, "ckpt", "crane")])
    model.save("crane_final")


if __name__ == "__main__":
    main()
