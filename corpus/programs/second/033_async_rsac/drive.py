import argparse
import collections
import random

import numpy as np
import torch

from windsac import AsyncSAC, WindEnv


class Episodes:
    def __init__(self, capacity=1000):
        self.data = collections.deque(maxlen=capacity)

    def add(self, obs, act, rew, term):
        self.data.append(tuple(np.asarray(x, dtype=np.float32) for x in (obs, act, rew, term)))

    def batch(self, n, length):
        rows = []
        usable = [e for e in self.data if len(e[1]) >= length]
        if len(usable) < n:
            return None
        for obs, act, rew, term in random.sample(usable, n):
            lo = random.randint(0, len(act) - length)
            rows.append((obs[lo : lo + length + 1], act[lo : lo + length], rew[lo : lo + length, None], term[lo : lo + length, None]))
        return {k: torch.as_tensor(np.stack(v)) for k, v in zip(("obs", "act", "rew", "term"), zip(*rows))}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=300_000)
    ap.add_argument("--refresh", type=int, default=40)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--length", type=int, default=20)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    env = WindEnv(seed=args.seed)
    agent = AsyncSAC(env.obs_dim, env.act_dim)
    episodes, returns = Episodes(), collections.deque(maxlen=30)
    obs = env.reset()
    O, A, R, D = [obs], [], [], []
    losses = (float("nan"), float("nan"))
    for step in range(1, args.steps + 1):
        action = agent.act(obs)
        obs, reward, terminated, truncated, info = env.step(action)
        O.append(obs), A.append(action), R.append(reward), D.append(terminated)
        if terminated or truncated:
            episodes.add(O, A, R, D)
            returns.append(sum(R))
            obs = env.reset()
            O, A, R, D = [obs], [], [], []
            agent.begin_episode()
        batch = episodes.batch(args.batch, args.length) if step % 4 == 0 else None
        if batch is not None:
            losses = agent.update(batch)
        if step % args.refresh == 0:
            agent.refresh_driver()
        if step % 5000 == 0:
            print(step, f"return {np.mean(returns):.2f} critic {losses[0]:.3f} actor {losses[1]:.3f}")


if __name__ == "__main__":
    main()
