import argparse

import numpy as np

from agent import Agent


class Belts:
    """Cullet passes a noisy colour sensor and arrives at the ejector `delay` ticks later."""

    def __init__(self, n, shift=400, seed=1):
        self.n, self.shift = n, shift
        self.rng = np.random.default_rng(seed)
        self.line = [[0] * 8 for _ in range(n)]
        self.delay = np.full(n, 3)
        self.t = np.zeros(n, dtype=int)

    def reset(self):
        for i in range(self.n):
            self._new_shift(i)
        return self._obs()

    def _new_shift(self, i):
        self.delay[i] = self.rng.integers(2, 6)
        self.line[i] = list(self.rng.integers(0, 3, size=8))
        self.t[i] = self.rng.integers(0, 50)

    def _obs(self):
        out = np.zeros((self.n, 4), dtype=np.float32)
        for i, row in enumerate(self.line):
            out[i, row[0]] = 1.0
            out[i, 3] = self.t[i] / self.shift
        return out + self.rng.normal(0, 0.1, out.shape).astype(np.float32)

    def step(self, act):
        rew, done = np.zeros(self.n, np.float32), np.zeros(self.n, bool)
        for i, a in enumerate(act):
            rew[i] = 1.0 if a == self.line[i][self.delay[i]] else -0.3
            self.line[i] = [int(self.rng.integers(0, 3))] + self.line[i][:-1]
            self.t[i] += 1
            if self.t[i] >= self.shift:
                done[i] = True
                self._new_shift(i)
        return self._obs(), rew, done


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--belts", type=int, default=6)
    ap.add_argument("--ticks", type=int, default=200000)
    ap.add_argument("--seq", type=int, default=24)
    ap.add_argument("--start", type=int, default=1000)
    args = ap.parse_args()
    env = Belts(args.belts)
    agent = Agent(obs_dim=4, n_act=3, belts=args.belts)
    obs = env.reset()
    parts = [{"obs": [obs[i]], "act": [], "rew": [], "done": []} for i in range(args.belts)]
    gain, loss = 0.0, 0.0
    for tick in range(1, args.ticks + 1):
        act = agent.choose(obs)
        obs, rew, done = env.step(act)
        gain += 0.001 * (rew.mean() - gain)
        for i, p in enumerate(parts):
            p["obs"].append(obs[i])
            p["act"].append(act[i])
            p["rew"].append(rew[i])
            p["done"].append(np.float32(done[i]))
            if len(p["act"]) == args.seq:
                agent.store.add({k: np.array(v) for k, v in p.items()})
                parts[i] = {"obs": [obs[i]], "act": [], "rew": [], "done": []}
            elif done[i]:
                # too short to learn from
                parts[i] = {"obs": [obs[i]], "act": [], "rew": [], "done": []}
        if done.any():
            agent.shift_over(done)
        if tick > args.start and tick % 4 == 0:
            loss = agent.learn()
        if tick % agent.sync_every == 0:
            agent.sync()
        if tick % 2000 == 0:
            print(tick, f"reward {gain:.3f} loss {loss:.4f}")


if __name__ == "__main__":
    main()
