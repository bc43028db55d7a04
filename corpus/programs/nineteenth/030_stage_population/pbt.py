import argparse
import json
import random
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from rally import RallyStage


class Driver:
    def __init__(self, number):
        self.number = number
        self.hyper = {
            "learning_rate": 10 ** random.uniform(-4.5, -3),
            "ent_coef": 10 ** random.uniform(-4, -2),
            "gamma": random.choice([0.97, 0.99, 0.995]),
        }
        self.model = RecurrentPPO(
            "MlpLstmPolicy", make_vec_env(RallyStage, n_envs=8), n_steps=256, batch_size=256, **self.hyper
        )
        self.score = -np.inf

    def practise(self, steps):
        self.model.learn(steps)

    def race(self, env, stages):
        self.score, _ = evaluate_policy(self.model, env, n_eval_episodes=stages)

    def copy_from(self, other):
        self.model.set_parameters(other.model.get_parameters())
        for key, value in other.hyper.items():
            factor = random.choice([0.8, 1.25])
            self.hyper[key] = min(value * factor, 0.999) if key == "gamma" else value * factor
        self.model.ent_coef = self.hyper["ent_coef"]
        self.model.gamma = self.hyper["gamma"]
        self.model.learning_rate = self.hyper["learning_rate"]
        self.model._setup_lr_schedule()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--drivers", type=int, default=6)
    p.add_argument("--rounds", type=int, default=40)
    p.add_argument("--steps", type=int, default=40_960)
    p.add_argument("--stages", type=int, default=10)
    p.add_argument("--out", type=Path, default=Path("rally_pbt"))
    args = p.parse_args()
    args.out.mkdir(exist_ok=True)

    drivers = [Driver(i) for i in range(args.drivers)]
    judge = make_vec_env(RallyStage, n_envs=1)
    log = []
    for rnd in range(args.rounds):
        for d in drivers:
            d.practise(args.steps)
            d.race(judge, args.stages)
        ranking = sorted(drivers, key=lambda d: d.score, reverse=True)
        log.append({d.number: round(float(d.score), 2) for d in drivers})
        print(rnd, log[-1])
        ranking[0].model.save(args.out / "leader")
        cut = max(1, args.drivers // 3)
        for loser in ranking[-cut:]:
            loser.copy_from(random.choice(ranking[:cut]))
    (args.out / "log.json").write_text(json.dumps(log))


if __name__ == "__main__":
    main()
