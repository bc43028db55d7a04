import argparse
import json

import numpy as np
from stable_baselines3.common.vec_env import DummyVecEnv

from compare.agents import open_hunter
from compare.envs import HuntEnv
from compare.value_trace import trace


def league_table(results):
    order = sorted(results, key=lambda k: -np.mean(results[k]))
    width = max(map(len, order))
    return "\n".join(f"{k:{width}s}  {np.mean(results[k]):+.3f} ± {np.std(results[k]) / np.sqrt(len(results[k])):.3f}" for k in order)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("hunters", nargs="+", help="ppo:path dqn:path rppo:path committee:a,b,c random:")
    ap.add_argument("--episodes", type=int, default=200)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--trace", help="path of a recurrent model")
    ap.add_argument("--out", default="compare.json")
    args = ap.parse_args()
    venv = DummyVecEnv([HuntEnv for _ in range(args.n_envs)])
    results = {}
    for spec in args.hunters:
        hunter = open_hunter(spec)
        venv.seed(123)
        obs = venv.reset()
        hunter.begin(args.n_envs)
        sums, returns = np.zeros(args.n_envs), []
        while len(returns) < args.episodes:
            obs, rewards, dones, infos = venv.step(hunter.act(obs))
            hunter.observe(dones)
            sums += rewards
            for i in np.flatnonzero(dones):
                returns.append(float(sums[i]))
                sums[i] = 0.0
        results[spec] = returns
    print(league_table(results))
    payload = {"returns": results}
    if args.trace:
        payload["trace"] = trace(args.trace, HuntEnv())
    with open(args.out, "w") as fh:
        json.dump(payload, fh)


if __name__ == "__main__":
    main()
