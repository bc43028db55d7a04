from dataclasses import dataclass
import random

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from building import ElevatorBank

SLICE = 128 * 2 * 8


@dataclass
class Member:
    name: str
    model: RecurrentPPO
    lr: float

    @classmethod
    def born(cls, i):
        lr = 10 ** random.uniform(-4.3, -3.0)
        env = make_vec_env(ElevatorBank, n_envs=2, seed=100 * i)
        model = RecurrentPPO("MlpLstmPolicy", env, learning_rate=lr, n_steps=128, batch_size=128,
                             policy_kwargs=dict(lstm_hidden_size=128), seed=i)
        return cls(f"bank{i}", model, lr)

    def work(self):
        self.model.learn(SLICE, reset_num_timesteps=False, progress_bar=False)

    @property
    def fitness(self):
        log = self.model.ep_info_buffer
        return float(np.mean([e["r"] for e in log][-10:])) if log else -np.inf

    def set_lr(self, lr):
        self.lr = float(np.clip(lr, 1e-5, 3e-3))
        self.model.learning_rate = self.lr
        self.model._setup_lr_schedule()


def exploit_and_explore(members, quota):
    order = sorted(members, key=lambda m: m.fitness)
    for weak, strong in zip(order[:quota], order[::-1][:quota]):
        if not np.isfinite(strong.fitness):
            continue
        print(f"  {weak.name} ({weak.fitness:.1f}) <- {strong.name} ({strong.fitness:.1f})")
        weak.model.set_parameters(strong.model.get_parameters(), device=weak.model.device)
        weak.set_lr(strong.lr * random.choice([0.8, 1.25]))


def main(size=6, rounds=80):
    random.seed(0)
    members = [Member.born(i) for i in range(size)]
    for r in range(rounds):
        for m in members:
            m.work()
        print("round", r, " ".join(f"{m.fitness:.1f}" for m in members))
        if r and r % 2 == 0:
            exploit_and_explore(members, quota=size // 3)
    champion = max(members, key=lambda m: m.fitness)
    champion.model.save("elevator_champion")


if __name__ == "__main__":
    main()
