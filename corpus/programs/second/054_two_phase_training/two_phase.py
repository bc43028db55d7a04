"""Phase one on an easy market, phase two on the real one, starting from the best model of phase one."""
import argparse
import csv
import json
import time
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, EvalCallback, StopTrainingOnNoModelImprovement
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor


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


def trending_prices(n=20_000, seed=0):
    rng = np.random.default_rng(seed)
    direction = np.repeat(rng.choice([-1.0, 1.0], size=n // 400 + 1), 400)[:n]
    return 100.0 * np.exp(np.cumsum(direction * 1e-4 + rng.normal(0, 3e-4, size=n)))


class EquityLog(BaseCallback):
    def __init__(self, path):
        super().__init__()
        self.path = Path(path)
        self.rows = []

    def _on_step(self):
        for info, done in zip(self.locals["infos"], self.locals["dones"]):
            if done:
                self.rows.append((self.num_timesteps, info["equity"]))
        return True

    def _on_training_end(self):
        with self.path.open("w", newline="") as fh:
            writer = csv.writer(fh)
            writer.writerow(["timesteps", "equity"])
            writer.writerows(self.rows)


def make_env(prices, n, **kwargs):
    return VecMonitor(DummyVecEnv([lambda: MarketReplay(prices, **kwargs) for _ in range(n)]))


def backtest(model, prices, fee):
    env = MarketReplay(prices, fee=fee, random_start=False, episode_bars=len(prices) - 20)
    obs, _ = env.reset()
    lstm_states = None
    episode_starts = np.ones((1,), dtype=bool)
    curve = []
    done = False
    while not done:
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=episode_starts, deterministic=True)
        obs, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        episode_starts = np.array([done])
        curve.append(info["equity"])
    curve = np.array(curve)
    peak = np.maximum.accumulate(curve)
    return {"equity": float(curve[-1]), "drawdown": float((1 - curve / peak).max()), "bars": len(curve)}


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--csv")
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--phase1", type=int, default=1_000_000)
    ap.add_argument("--phase2", type=int, default=3_000_000)
    ap.add_argument("--fee", type=float, default=2e-4)
    ap.add_argument("--patience", type=int, default=10)
    ap.add_argument("--hidden", type=int, default=128)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", type=Path, default=Path("two_phase"))
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    started = time.time()

    if args.csv:
        with open(args.csv, newline="") as fh:
            real = np.array([float(r["close"]) for r in csv.DictReader(fh)])
    else:
        real = synthetic_prices(60_000, seed=args.seed)
    split = int(len(real) * 0.8)
    easy = trending_prices(seed=args.seed)

    easy_env = make_env(easy, args.n_envs, fee=0.0)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        easy_env,
        n_steps=240,
        batch_size=480,
        learning_rate=3e-4,
        ent_coef=0.003,
        gamma=0.97,
        policy_kwargs=dict(lstm_hidden_size=args.hidden, n_lstm_layers=1),
        seed=args.seed,
        verbose=1,
    )
    stop = StopTrainingOnNoModelImprovement(args.patience, min_evals=5)
    evaluation = EvalCallback(
        make_env(easy[:5000], 2, fee=0.0),
        callback_after_eval=stop,
        best_model_save_path=str(args.out / "easy"),
        eval_freq=5_000,
        n_eval_episodes=10,
    )
    model.learn(args.phase1, callback=CallbackList([evaluation, EquityLog(args.out / "phase1.csv")]))
    print(f"phase one: best {evaluation.best_mean_reward:.2f} after {time.time() - started:.0f}s")

    best = args.out / "easy" / "best_model.zip"
    if best.exists():
        model.load(best)
    report = {"before": backtest(model, real[split:], args.fee)}

    model.set_env(make_env(real[:split], args.n_envs, fee=args.fee))
    model.learning_rate = 1e-4
    model._setup_lr_schedule()
    final_eval = EvalCallback(
        make_env(real[split:], 2, fee=args.fee), best_model_save_path=str(args.out / "real"), eval_freq=10_000
    )
    model.learn(args.phase2, callback=CallbackList([final_eval, EquityLog(args.out / "phase2.csv")]))
    model.save(args.out / "last")
    report["after"] = backtest(model, real[split:], args.fee)
    finished = RecurrentPPO.load(args.out / "real" / "best_model.zip")
    report["best"] = backtest(finished, real[split:], args.fee)
    (args.out / "report.json").write_text(json.dumps(report, indent=2))
    for key, value in report.items():
        print(key, value)


if __name__ == "__main__":
    main()
