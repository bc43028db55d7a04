import random
from dataclasses import dataclass, field

import numpy as np
import tyro
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.utils import get_schedule_fn

from spray_env import SprayPanelEnv


@dataclass
class Config:
    population: int = 6
    n_envs: int = 4
    generations: int = 40
    steps_per_generation: int = 10_240
    quantile: float = 0.34
    seed: int = 3
    out: str = "spray_best"


@dataclass
class Painter:
    idx: int
    model: RecurrentPPO
    score: float = -np.inf
    history: list = field(default_factory=list)

    def train(self, steps: int) -> None:
        self.model.learn(total_timesteps=steps, reset_num_timesteps=False, progress_bar=False)
        rewards = [ep["r"] for ep in self.model.ep_info_buffer]
        self.score = float(np.mean(rewards)) if rewards else -np.inf
        self.history.append((self.model.num_timesteps, self.score))

    def copy_from(self, other: "Painter") -> None:
        self.model.set_parameters(other.model.get_parameters())
        self.model.ent_coef = other.model.ent_coef * random.choice([0.8, 1.25])
        lr = other.model.lr_schedule(1.0) * random.choice([0.8, 1.25])
        self.model.learning_rate = lr
        self.model.lr_schedule = get_schedule_fn(lr)
        self.score = other.score


def build(i: int, cfg: Config) -> Painter:
    venv = make_vec_env(SprayPanelEnv, n_envs=cfg.n_envs, seed=cfg.seed + 100 * i)
    model = RecurrentPPO(
        "MlpLstmPolicy", venv,
        learning_rate=10 ** random.uniform(-4, -3),
        ent_coef=10 ** random.uniform(-4, -2),
        n_steps=256, batch_size=256, gae_lambda=0.95,
        policy_kwargs=dict(lstm_hidden_size=64), seed=cfg.seed + i,
    )
    return Painter(i, model)


def main(cfg: Config) -> None:
    random.seed(cfg.seed)
    painters = [build(i, cfg) for i in range(cfg.population)]
    n_cut = max(1, int(cfg.population * cfg.quantile))
    for gen in range(cfg.generations):
        for p in painters:
            p.train(cfg.steps_per_generation)
        ranked = sorted(painters, key=lambda p: p.score)
        losers, winners = ranked[:n_cut], ranked[-n_cut:]
        for loser in losers:
            winner = random.choice(winners)
            print(f"gen {gen}: {loser.idx} ({loser.score:.2f}) <- {winner.idx} ({winner.score:.2f})")
            loser.copy_from(winner)
        winners[-1].model.save(cfg.out)


if __name__ == "__main__":
    main(tyro.cli(Config))
