import sys

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from callbacks import RollbackCallback
from kiln import KilnEnv


def evaluate(model, episodes=10):
    env, out = KilnEnv(), []
    for k in range(episodes):
        obs, _ = env.reset(seed=900 + k)
        state, start, total, over = None, np.ones((1,), dtype=bool), 0.0, False
        while not over:
            a, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(a)
            start = np.zeros((1,), dtype=bool)
            over = term or trunc
            total += r
        out.append(total)
    return np.mean(out), np.std(out)


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
    venv = make_vec_env(KilnEnv, n_envs=8, seed=1, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=360, batch_size=720, gamma=0.995, verbose=1)
    model.learn(total, callback=RollbackCallback(verbose=1))
    model.save("kiln")
    model = RecurrentPPO.load("kiln")
    print("%.1f +- %.1f" % evaluate(model))
