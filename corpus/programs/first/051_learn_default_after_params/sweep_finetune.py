"""Fine-tunes one pretrained recurrent policy on many tasks, one after the other."""
import json
import sys
import time

import gymnasium as gym
import numpy as np
import panda_gym  # noqa: F401
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.logger import configure
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

TASKS = ["PandaReach-v3", "PandaReachJoints-v3", "PandaReachDense-v3"]


def run(task, base, budget):
    env = DummyVecEnv([lambda: gym.wrappers.FlattenObservation(gym.make(task))])
    env = VecNormalize(env, norm_reward=False)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=512, batch_size=128, seed=3)
    model.set_logger(configure(f"logs/{task}", ["csv"]))
    out = {}
    # scratch
    model.learn(budget)
    out["scratch"], _ = evaluate_policy(model, env, 20)
    # pretrained, three seeds of the data order
    for seed in range(3):
        model.set_parameters(base, exact_match=True)
        model.set_random_seed(seed)
        model.learn(budget)
        r, s = evaluate_policy(model, env, 20)
        out[f"ft{seed}"] = r
    env.close()
    return out


if __name__ == "__main__":
    base = sys.argv[1]
    budget = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    res = {}
    for t in TASKS:
        t0 = time.time()
        res[t] = {k: float(v) for k, v in run(t, base, budget).items()}
        print(t, np.round(list(res[t].values()), 2), f"{time.time() - t0:.0f}s")
    with open("finetune.json", "w") as f:
        json.dump(res, f, indent=2)
