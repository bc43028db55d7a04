import argparse
import copy
import io
import random
from collections import OrderedDict

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

from duel import DuelEnv, duel


def frozen(policy):
    return OrderedDict((k, v.detach().cpu().clone()) for k, v in policy.state_dict().items())


class History(BaseCallback):
    def __init__(self, every=20):
        super().__init__()
        self.every, self.k = every, 0
        self.params, self.policies, self.blobs = [], [], []

    def _on_rollout_end(self):
        self.k += 1
        if self.k % self.every:
            return
        self.params.append(copy.deepcopy(self.model.get_parameters()))
        self.policies.append(frozen(self.model.policy))
        b = io.BytesIO()
        th.save(self.model.policy.state_dict(), b)
        self.blobs.append(b.getvalue())

    def _on_step(self):
        # number of parameters, only for the log
        if self.n_calls == 1:
            sd = self.model.policy.state_dict()
            self.logger.record("n_params", sum(v.numel() for v in sd.values()))
        return True


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--total", type=int, default=2_000_000)
    args = ap.parse_args()
    env = make_vec_env(DuelEnv, n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=128)
    h = History()
    model.learn(args.total, callback=h)

    table = np.zeros((len(h.policies), 2))
    for i, sd in enumerate(h.policies):
        foe = RecurrentPPO("MlpLstmPolicy", env, n_steps=128)
        foe.policy.load_state_dict(sd)
        for _ in range(20):
            table[i, duel(model, foe)] += 1
    print(table)
    ghost = RecurrentPPO("MlpLstmPolicy", env, n_steps=128)
    ghost.set_parameters(random.choice(h.params))
    print("random ghost:", [duel(model, ghost) for _ in range(10)])


if __name__ == "__main__":
    main()
