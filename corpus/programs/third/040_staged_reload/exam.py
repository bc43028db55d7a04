"""Takes a graduate through all winds and prints landings per wind."""
import argparse

import numpy as np
from sb3_contrib import RecurrentPPO

from stagedlander.env import vec


def landings(model, wind, episodes, n_envs):
    env = vec(wind, n_envs)
    obs = env.reset()
    states, starts = None, np.ones(n_envs, dtype=bool)
    returns = []
    while len(returns) < episodes:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
        obs, _, dones, infos = env.step(actions)
        starts = dones
        returns += [info["episode"]["r"] for info, d in zip(infos, dones) if d]
    env.close()
    return np.array(returns[:episodes])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("model")
    ap.add_argument("--winds", type=float, nargs="+", default=[0, 5, 10, 15, 20])
    ap.add_argument("--episodes", type=int, default=50)
    ap.add_argument("--envs", type=int, default=4)
    args = ap.parse_args()
    model = RecurrentPPO.load(args.model, device="cpu")
    for wind in args.winds:
        r = landings(model, wind, args.episodes, args.envs)
        print(f"wind {wind:4.1f}  landed {np.mean(r > 200):.0%}  return {r.mean():.1f} +/- {r.std():.1f}")


if __name__ == "__main__":
    main()
