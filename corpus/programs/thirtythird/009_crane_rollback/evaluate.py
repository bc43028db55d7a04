import argparse

import numpy as np
from sb3_contrib import RecurrentPPO

from crane_env import CraneEnv


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--episodes", type=int, default=50)
    args = parser.parse_args()
    model = RecurrentPPO.load(args.model)
    env = CraneEnv()
    returns = []
    for ep in range(args.episodes):
        obs, _ = env.reset(seed=10_000 + ep)
        state, start, total, over = None, np.ones((1,), dtype=bool), 0.0, False
        while not over:
            action, state = model.predict(obs, state=state, episode_start=start, deterministic=True)
            obs, r, term, trunc, _ = env.step(action)
            start = np.zeros((1,), dtype=bool)
            over = term or trunc
            total += r
        returns.append(total)
    print("mean %.2f  std %.2f" % (np.mean(returns), np.std(returns)))


if __name__ == "__main__":
    main()
