"""Generations of RecurrentPPO traders; the weak copy the strong, every generation trains on a new stretch of the market."""
import argparse
import copy
import csv
import json
import logging
import random
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

logger = logging.getLogger("traders")


class MarketReplay(gym.Env):
    """Replays minute bars with one position in {-1, 0, 1}; costs are charged on turnover."""

    metadata = {"render_modes": []}

    def __init__(self, prices, window=8, fee=2e-4, episode_bars=480, random_start=True):
        super().__init__()
        self.prices = np.asarray(prices, dtype=np.float64)
        self.window = window
        self.fee = fee
        self.episode_bars = episode_bars
        self.random_start = random_start
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(window + 2,), dtype=np.float32)
        self.cursor = window
        self.begin = window
        self.position = 0
        self.equity = 1.0

    def _features(self):
        chunk = self.prices[self.cursor - self.window : self.cursor + 1]
        returns = np.diff(np.log(chunk)) * 100.0
        return np.concatenate([returns, [self.position, self.equity - 1.0]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        last = len(self.prices) - self.episode_bars - 2
        if self.random_start and last > self.window:
            self.begin = int(self.np_random.integers(self.window, last))
        else:
            self.begin = self.window
        self.cursor = self.begin
        self.position = 0
        self.equity = 1.0
        return self._features(), {}

    def step(self, action):
        target = int(action) - 1
        turnover = abs(target - self.position)
        move = np.log(self.prices[self.cursor + 1] / self.prices[self.cursor])
        pnl = target * move - turnover * self.fee
        self.position = target
        self.equity *= float(np.exp(pnl))
        self.cursor += 1
        truncated = self.cursor - self.begin >= self.episode_bars
        terminated = self.equity < 0.7
        info = {"equity": self.equity, "turnover": turnover}
        return self._features(), float(pnl * 100.0), terminated, truncated, info


def synthetic_prices(n=20_000, seed=0, vol=6e-4):
    rng = np.random.default_rng(seed)
    regime = np.repeat(rng.choice([-1.0, 0.0, 1.0], size=n // 200 + 1), 200)[:n]
    steps = regime * 2e-5 + rng.normal(0.0, vol, size=n)
    return 100.0 * np.exp(np.cumsum(steps))


class Trader:
    def __init__(self, name, prices, args, rng):
        self.name = name
        self.args = args
        self.lr = 10 ** rng.uniform(-4.5, -3.3)
        self.venv = DummyVecEnv([lambda: Monitor(MarketReplay(prices, fee=args.fee)) for _ in range(args.n_envs)])
        self.model = RecurrentPPO(
            "MlpLstmPolicy",
            self.venv,
            learning_rate=self.lr,
            n_steps=240,
            batch_size=240,
            gamma=0.95,
            policy_kwargs=dict(lstm_hidden_size=64),
            seed=rng.randrange(10**6),
        )
        self.score = -np.inf

    def train(self, steps):
        self.model.learn(total_timesteps=steps, log_interval=None)

    def take_over(self, other, rng):
        self.model.set_parameters(copy.deepcopy(other.model.get_parameters()))
        self.lr = other.lr * rng.choice([0.8, 1.2])
        self.model.learning_rate = self.lr
        self.model._setup_lr_schedule()
        self.score = other.score

    def walk_forward(self, prices, n=3):
        env = MarketReplay(prices, fee=self.args.fee, random_start=False, episode_bars=min(2000, len(prices) - 20))
        results = []
        for _ in range(n):
            obs, _ = env.reset()
            state, start = None, np.ones((1,), dtype=bool)
            over = False
            while not over:
                action, state = self.model.predict(obs, state=state, episode_start=start, deterministic=False)
                obs, _, terminated, truncated, info = env.step(action)
                over = terminated or truncated
                start = np.array([over])
            results.append(info["equity"])
        return float(np.mean(results))


def stretches(prices, n, overlap):
    size = len(prices) // n
    for i in range(n - 1):
        lo = max(0, i * size - overlap)
        yield prices[lo : (i + 1) * size], prices[(i + 1) * size - overlap : (i + 2) * size]


def read_csv(path):
    with open(path, newline="") as fh:
        return np.array([float(row["close"]) for row in csv.DictReader(fh)])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--csv")
    ap.add_argument("--traders", type=int, default=5)
    ap.add_argument("--n-envs", type=int, default=4)
    ap.add_argument("--rounds", type=int, default=6)
    ap.add_argument("--steps", type=int, default=48_000)
    ap.add_argument("--stretches", type=int, default=8)
    ap.add_argument("--fee", type=float, default=2e-4)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("traders"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(args.seed)
    prices = read_csv(args.csv) if args.csv else synthetic_prices(40_000, seed=args.seed)

    history = []
    for part, (train, valid) in enumerate(stretches(prices, args.stretches, overlap=16)):
        traders = [Trader(f"t{i}", train, args, rng) for i in range(args.traders)]
        previous = args.out / f"part{part - 1}_best.zip"
        if previous.exists():
            for t in traders:
                t.model.set_parameters(str(previous))
        for rnd in range(args.rounds):
            for t in traders:
                t.train(args.steps)
                t.score = t.walk_forward(valid)
            traders.sort(key=lambda t: t.score)
            logger.info("part %d round %d: %s", part, rnd, [f"{t.name}:{t.score:.4f}" for t in traders])
            history.append({"part": part, "round": rnd, "scores": {t.name: t.score for t in traders}})
            if rnd + 1 < args.rounds:
                half = max(1, len(traders) // 3)
                for weak, strong in zip(traders[:half], traders[::-1]):
                    weak.take_over(strong, rng)
        traders[-1].model.save(args.out / f"part{part}_best")
        (args.out / "history.json").write_text(json.dumps(history, indent=1))


if __name__ == "__main__":
    main()
