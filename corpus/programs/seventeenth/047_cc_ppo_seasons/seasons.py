"""Train one congestion controller over changing traces, keep the best parameters between seasons."""
import argparse
import csv
import os
from dataclasses import dataclass, field

import numpy as np
from netsim_gym import TraceLinkEnv
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


@dataclass
class Season:
    name: str
    traces: str
    steps: int


SEASONS = [
    Season("fibre", "traces/fibre", 400_000),
    Season("lte", "traces/lte", 800_000),
    Season("wifi", "traces/wifi", 800_000),
    Season("sat", "traces/geo", 600_000),
]


@dataclass
class Keeper:
    folder: str
    best: float = -np.inf
    rows: list = field(default_factory=list)

    @property
    def path(self):
        return os.path.join(self.folder, "best.zip")

    def judge(self, model, env, tag):
        mean, std = evaluate_policy(model, env, n_eval_episodes=30, deterministic=True)
        self.rows.append([tag, mean, std])
        if mean > self.best:
            self.best = mean
            model.save(self.path)
            return True
        return False


def link_env(season, n, seed):
    return make_vec_env(TraceLinkEnv, n_envs=n, seed=seed,
                        env_kwargs=dict(trace_dir=season.traces, history=1, horizon=1200))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--out", default="runs/seasons")
    ap.add_argument("--parts", type=int, default=8)
    ap.add_argument("--n-envs", type=int, default=10)
    args = ap.parse_args()
    os.makedirs(args.out, exist_ok=True)

    model = None
    for season in SEASONS:
        env = link_env(season, args.n_envs, seed=1)
        test = link_env(season, 4, seed=77)
        if model is None:
            model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=512, gamma=0.99,
                                 policy_kwargs=dict(lstm_hidden_size=64), tensorboard_log=args.out)
        else:
            model.set_env(env)
        keeper = Keeper(args.out)
        for part in range(args.parts):
            model.learn(season.steps // args.parts, tb_log_name=f"{season.name}_{part}")
            better = keeper.judge(model, test, f"{season.name}_{part}")
            if not better and part % 2:
                model.set_parameters(keeper.path)
            print(season.name, part, keeper.rows[-1][1:], "kept" if better else "")
        model.set_parameters(keeper.path)
        model.save(os.path.join(args.out, f"after_{season.name}"))
        with open(os.path.join(args.out, f"{season.name}.csv"), "w", newline="") as f:
            csv.writer(f).writerows(keeper.rows)
        env.close()
        test.close()


if __name__ == "__main__":
    main()
