import logging
import os
import random
from dataclasses import dataclass

import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor

LOG = logging.getLogger("pbt")


@dataclass
class Hyper:
    lr: float
    ent: float

    def perturbed(self):
        f = lambda: random.choice((0.8, 1.25))
        return Hyper(self.lr * f(), self.ent * f())


class Trial:
    def __init__(self, i, env_id, hp: Hyper):
        self.i, self.hp = i, hp
        self.env = make_vec_env(env_id, n_envs=8, seed=i)
        self.model = RecurrentPPO("MlpLstmPolicy", self.env, learning_rate=hp.lr, ent_coef=hp.ent, n_steps=128, seed=i)

    def run(self, n):
        self.model.learn(n, reset_num_timesteps=False)
        rs = [e["r"] for e in self.model.ep_info_buffer]
        self.score = float(np.mean(rs)) if rs else -np.inf
        return self.score

    def clone_from(self, other: "Trial"):
        self.model.policy.load_state_dict(other.model.policy.state_dict())
        self.model.policy.optimizer.load_state_dict(other.model.policy.optimizer.state_dict())
        self.hp = other.hp.perturbed()
        self.model.ent_coef = self.hp.ent
        self.model.learning_rate = self.hp.lr
        self.model._setup_lr_schedule()
        self._blank_memory()

    def _blank_memory(self):
        states = self.model._last_lstm_states
        for group in (states.pi, states.vf):
            for t in group:
                t.zero_()


def main(env_id="LunarLander-v3", n=10, gens=60, steps=32_768):
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    trials = [Trial(i, env_id, Hyper(10 ** random.uniform(-4.5, -3), 10 ** random.uniform(-4, -2))) for i in range(n)]
    for g in range(gens):
        ranked = sorted(trials, key=lambda t: t.run(steps), reverse=True)
        for low, top in zip(ranked[-(n // 5):], ranked):
            LOG.info("gen %d: trial %d (%.1f) <- trial %d (%.1f)", g, low.i, low.score, top.i, top.score)
            low.clone_from(top)
    os.makedirs("out", exist_ok=True)
    ranked[0].model.save("out/best")


if __name__ == "__main__":
    main()
