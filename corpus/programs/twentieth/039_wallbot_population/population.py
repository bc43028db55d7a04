import argparse
import copy
import json

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from wallbot import WallBot

rng = np.random.default_rng(0)


def make_member(seed, n_envs):
    hp = {"learning_rate": float(10 ** rng.uniform(-4.2, -3)), "gamma": float(rng.uniform(0.95, 0.999))}
    model = RecurrentPPO("MlpLstmPolicy", make_vec_env(WallBot, n_envs=n_envs, seed=seed),
                         n_steps=200, batch_size=200, seed=seed, **hp)
    return {"model": model, "hp": hp, "score": None}


def exploit(worse, better):
    model = worse["model"]
    model.set_parameters(copy.deepcopy(better["model"].get_parameters()))
    # new jobs for this robot
    model._last_obs = model.env.reset()
    model._last_episode_starts = np.ones((model.n_envs,), dtype=bool)
    worse["hp"] = dict(better["hp"])


def explore(member):
    hp = member["hp"]
    hp["learning_rate"] *= float(rng.choice([0.8, 1.2]))
    hp["gamma"] = float(np.clip(1 - (1 - hp["gamma"]) * rng.choice([0.8, 1.2]), 0.9, 0.9995))
    model = member["model"]
    model.learning_rate = hp["learning_rate"]
    model._setup_lr_schedule()
    model.gamma = hp["gamma"]
    model.rollout_buffer.gamma = hp["gamma"]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=50)
    ap.add_argument("--steps", type=int, default=8000)
    ap.add_argument("--envs", type=int, default=4)
    args = ap.parse_args()

    test_env = make_vec_env(WallBot, n_envs=4, seed=999)
    members = [make_member(s, args.envs) for s in range(args.members)]
    log = []
    for rnd in range(args.rounds):
        for m in members:
            m["model"].learn(args.steps, reset_num_timesteps=False)
            m["score"], _ = evaluate_policy(m["model"], test_env, n_eval_episodes=8)
        members.sort(key=lambda m: m["score"], reverse=True)
        quarter = max(1, len(members) // 4)
        for worse in members[-quarter:]:
            better = members[rng.integers(quarter)]
            exploit(worse, better)
            explore(worse)
        members[0]["model"].save("wallbot_best")
        log.append([float(m["score"]) for m in members])
        print(rnd, np.round(log[-1], 2))
    with open("population.json", "w") as f:
        json.dump(log, f)


if __name__ == "__main__":
    main()
