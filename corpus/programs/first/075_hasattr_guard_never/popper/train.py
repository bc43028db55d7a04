import argparse
import random

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from .exploit import exploit


def score(m):
    return float(np.mean([e["r"] for e in m.ep_info_buffer])) if m.ep_info_buffer else -1e9


def main(argv=None):
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="MountainCarContinuous-v0")
    ap.add_argument("--pop", type=int, default=5)
    ap.add_argument("--gens", type=int, default=40)
    a = ap.parse_args(argv)
    models = [
        RecurrentPPO("MlpLstmPolicy", make_vec_env(a.env, n_envs=4, seed=s), learning_rate=10 ** random.uniform(-4.5, -3), seed=s)
        for s in range(a.pop)
    ]
    for g in range(a.gens):
        for m in models:
            m.learn(16_384, reset_num_timesteps=False)
        sc = [score(m) for m in models]
        for bad, good in exploit(models, sc):
            m = models[bad]
            if hasattr(m, "reset_lstm_states"):
                m.reset_lstm_states()
            m.learning_rate = models[good].learning_rate * random.choice([0.8, 1.2])
            m._setup_lr_schedule()
        print(g, np.round(sc, 1))
    return models[int(np.argmax(sc))]
