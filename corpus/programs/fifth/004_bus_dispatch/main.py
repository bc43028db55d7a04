import argparse
import random
from collections import deque
from pathlib import Path

import numpy as np

from dispatch.learner import QLearner
from dispatch.mac import BusMAC
from dispatch.runner import EpisodeRunner


class BusGrid:
    """Headway control on n lines; hold, go or skip a stop."""

    def __init__(self, n):
        self.n, self.rng = n, np.random.default_rng(0)

    def _out(self):
        return np.stack([self.gap, self.load], -1), np.ones((self.n, 3), dtype=np.int64)

    def reset(self):
        self.t, self.gap, self.load = 0, self.rng.normal(0, 1, self.n), self.rng.random(self.n)
        return self._out()

    def step(self, acts):
        self.gap = self.gap + (np.array(acts) - 1) * 0.3 + self.rng.normal(0, 0.1, self.n)
        self.load = np.clip(self.load + self.rng.normal(0, 0.05, self.n), 0, 1)
        self.t += 1
        return self._out(), float(-np.abs(self.gap).mean()), self.t >= 60


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--n-agents", dest="n_agents", type=int, default=6)
    p.add_argument("--n-actions", dest="n_actions", type=int, default=3)
    p.add_argument("--rnn-hidden-dim", dest="rnn_hidden_dim", type=int, default=64)
    p.add_argument("--eps-anneal", dest="eps_anneal", type=int, default=50_000)
    p.add_argument("--eps-end", dest="eps_end", type=float, default=0.05)
    p.add_argument("--target-interval", dest="target_interval", type=int, default=200)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--t-max", dest="t_max", type=int, default=1_000_000)
    p.add_argument("--elite-dir", dest="elite_dir", default="elite")
    args = p.parse_args()

    mac = BusMAC(2, args)
    runner = EpisodeRunner(BusGrid(args.n_agents), mac, args)
    learner = QLearner(mac, args)
    replay = deque(maxlen=2000)
    elite, best = Path(args.elite_dir), -1e9
    elite.mkdir(exist_ok=True)
    episodes = 0
    while runner.t_env < args.t_max:
        batch, _ = runner.run()
        replay.append(batch)
        episodes += 1
        if len(replay) >= 32:
            learner.train(random.sample(list(replay), 32))
        if episodes % 100 == 0:
            score = float(np.mean([runner.run(test_mode=True)[1] for _ in range(8)]))
            if score > best:
                best = score
                mac.save_models(elite)
            elif score < 1.5 * best - 1.0:
                learner.load_models(elite)
            print(runner.t_env, round(score, 3), round(best, 3))


if __name__ == "__main__":
    main()
