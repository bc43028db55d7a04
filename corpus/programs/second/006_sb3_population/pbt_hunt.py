"""Population of RecurrentPPO hunters with exploit and explore every generation."""
import argparse
import copy
import csv
import json
import logging
import os
import random
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback, CallbackList
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.logger import configure
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.utils import set_random_seed

logger = logging.getLogger("pbt")


class HuntEnv(gym.Env):
    """A hunter looks for a hidden prey; the prey leaves a scent that fades."""

    metadata = {"render_modes": ["ansi"]}

    def __init__(self, size=10, max_steps=150, prey_speed=0.4):
        super().__init__()
        self.size = size
        self.max_steps = max_steps
        self.prey_speed = prey_speed
        self.action_space = gym.spaces.Discrete(5)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, shape=(9 + 2,), dtype=np.float32)
        self.scent = np.zeros((size, size), dtype=np.float32)
        self.hunter = np.zeros(2, dtype=np.int64)
        self.prey = np.zeros(2, dtype=np.int64)
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.scent[:] = 0.0
        self.hunter = self.np_random.integers(0, self.size, size=2)
        self.prey = self.np_random.integers(0, self.size, size=2)
        self.steps = 0
        return self._obs(), {}

    def _obs(self):
        padded = np.pad(self.scent, 1, constant_values=-1.0)
        r, c = self.hunter
        patch = padded[r : r + 3, c : c + 3].ravel()
        where = self.hunter / (self.size - 1) * 2.0 - 1.0
        return np.concatenate([patch, where]).astype(np.float32)

    def _shift(self, who, action):
        moves = {0: (0, 0), 1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1)}
        return np.clip(who + np.array(moves[int(action)]), 0, self.size - 1)

    def prey_action(self):
        if self.np_random.random() > self.prey_speed:
            return 0
        return int(self.np_random.integers(1, 5))

    def step(self, action):
        self.steps += 1
        self.hunter = self._shift(self.hunter, action)
        self.prey = self._shift(self.prey, self.prey_action())
        self.scent *= 0.92
        self.scent[tuple(self.prey)] = 1.0
        caught = bool((self.hunter == self.prey).all())
        reward = 1.0 if caught else -0.01
        return self._obs(), reward, caught, self.steps >= self.max_steps, {"caught": caught}

    def render(self):
        rows = [["." for _ in range(self.size)] for _ in range(self.size)]
        rows[self.prey[0]][self.prey[1]] = "p"
        rows[self.hunter[0]][self.hunter[1]] = "H"
        return "\n".join("".join(r) for r in rows)


class CsvLog:
    """Appends one row per update; the header comes from the first row."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._fields = None
        self._started = time.time()

    def write(self, **row):
        row = {"wall": round(time.time() - self._started, 2), **row}
        if self._fields is None:
            self._fields = list(row)
            with self.path.open("w", newline="") as fh:
                csv.DictWriter(fh, self._fields).writeheader()
        with self.path.open("a", newline="") as fh:
            csv.DictWriter(fh, self._fields, extrasaction="ignore").writerow(row)

    @staticmethod
    def pretty(row):
        return " | ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items())


@dataclass
class Genes:
    learning_rate: float
    ent_coef: float
    clip_range: float

    @staticmethod
    def sample(rng):
        return Genes(10 ** rng.uniform(-4.5, -3), 10 ** rng.uniform(-3.5, -1.5), rng.uniform(0.1, 0.3))

    def mutate(self, rng):
        f = lambda: rng.choice([0.8, 1.2])
        return Genes(self.learning_rate * f(), self.ent_coef * f(), min(0.4, self.clip_range * f()))


class ReturnTracker(BaseCallback):
    def __init__(self):
        super().__init__()
        self.returns = []

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
        return True

    def recent(self, n=100):
        return float(np.mean(self.returns[-n:])) if self.returns else -1e9


class Deadline(BaseCallback):
    def __init__(self, seconds):
        super().__init__()
        self.until = time.time() + seconds

    def _on_step(self) -> bool:
        return time.time() < self.until


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--population", type=int, default=6)
    ap.add_argument("--generations", type=int, default=40)
    ap.add_argument("--steps-per-generation", type=int, default=32_768)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--n-steps", type=int, default=128)
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--size", type=int, default=10)
    ap.add_argument("--prey-speed", type=float, default=0.4)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--eval-every", type=int, default=10)
    ap.add_argument("--eval-episodes", type=int, default=20)
    ap.add_argument("--hours", type=float, default=12.0)
    ap.add_argument("--warm-start", type=Path)
    ap.add_argument("--overwrite", action="store_true")
    ap.add_argument("--out", type=Path, default=Path("pbt_hunt"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if args.out.exists() and args.overwrite:
        shutil.rmtree(args.out)
    args.out.mkdir(parents=True, exist_ok=True)
    set_random_seed(args.seed)
    rng = random.Random(args.seed)
    th.set_num_threads(max(1, (os.cpu_count() or 2) // 2))
    env_kwargs = dict(size=args.size, prey_speed=args.prey_speed)

    # the population
    population, genes, trackers = [], [], []
    for i in range(args.population):
        g = Genes.sample(rng)
        env = make_vec_env(HuntEnv, n_envs=args.n_envs, seed=args.seed + 50 * i, env_kwargs=env_kwargs)
        member = RecurrentPPO(
            "MlpLstmPolicy",
            env,
            n_steps=args.n_steps,
            batch_size=128,
            learning_rate=g.learning_rate,
            ent_coef=g.ent_coef,
            clip_range=g.clip_range,
            policy_kwargs=dict(lstm_hidden_size=args.hidden, n_lstm_layers=1),
            seed=args.seed + i,
        )
        if args.warm_start is not None:
            member.set_parameters(str(args.warm_start))
        member.set_logger(configure(str(args.out / f"member{i}"), ["csv"]))
        population.append(member)
        genes.append(g)
        trackers.append(ReturnTracker())

    board = CsvLog(args.out / "board.csv")
    deadline = Deadline(args.hours * 3600)
    ancestors = [[i] for i in range(args.population)]
    best_ever, best_file = -np.inf, None
    for gen in range(args.generations):
        began = time.time()

        # train everybody
        for i, member in enumerate(population):
            member.learning_rate = genes[i].learning_rate
            member._setup_lr_schedule()
            member.ent_coef = genes[i].ent_coef
            member.clip_range = lambda _, value=genes[i].clip_range: value
            member.learn(
                args.steps_per_generation,
                callback=CallbackList([trackers[i], deadline]),
                log_interval=10,
                reset_num_timesteps=False,
                tb_log_name=f"member{i}",
            )

        # score
        scores = [t.recent() for t in trackers]
        order = list(np.argsort(scores))
        logger.info("generation %d: %s (%.0fs)", gen, ", ".join(f"{s:.2f}" for s in scores), time.time() - began)
        record = {
            "gen": gen,
            "scores": [float(s) for s in scores],
            "genes": [asdict(g) for g in genes],
            "ancestors": ancestors,
        }
        with open(args.out / "history.jsonl", "a") as fh:
            fh.write(json.dumps(record) + "\n")
        champion = int(order[-1])
        if scores[champion] > best_ever:
            best_ever = scores[champion]
            best_file = args.out / f"gen{gen:03d}_member{champion}.zip"
            population[champion].save(best_file)
        board.write(gen=gen, best=scores[champion], mean=float(np.mean(scores)), champion=champion, sec=time.time() - began)

        # exploit and explore
        cut = max(1, args.population // 3)
        for loser in order[:cut]:
            winner = int(rng.choice(order[-cut:]))
            if scores[winner] <= scores[loser]:
                continue
            donor = copy.deepcopy(population[winner].get_parameters())
            population[loser].set_parameters(donor, exact_match=True)
            genes[loser] = genes[winner].mutate(rng)
            trackers[loser].returns = list(trackers[winner].returns[-100:])
            ancestors[loser] = ancestors[winner] + [int(loser)]
            logger.info("  %d takes over %d, lr %.1e", winner, loser, genes[loser].learning_rate)

        # look at the champion on a fresh env
        if gen % args.eval_every == args.eval_every - 1:
            eval_env = Monitor(HuntEnv(**env_kwargs))
            mean, std = evaluate_policy(population[champion], eval_env, n_eval_episodes=args.eval_episodes)
            logger.info("eval of %d: %.3f +- %.3f", champion, mean, std)
            eval_env.close()
        if time.time() > deadline.until:
            logger.info("out of time")
            break

    if best_file is not None:
        final = RecurrentPPO.load(best_file)
        eval_env = Monitor(HuntEnv(**env_kwargs))
        mean, std = evaluate_policy(final, eval_env, n_eval_episodes=100)
        print(f"{best_file}: {mean:.3f} +- {std:.3f}")


if __name__ == "__main__":
    main()
