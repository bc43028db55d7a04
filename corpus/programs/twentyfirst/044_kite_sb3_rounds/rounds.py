from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

from awe_env import PumpingKite

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
log = logging.getLogger("kite")


@dataclass
class Config:
    rounds: int = 40
    steps_per_round: int = 65_536
    n_envs: int = 4
    eval_episodes: int = 10
    max_drop: float = 0.3
    workdir: Path = Path("awe")


def build(cfg: Config) -> RecurrentPPO:
    venv = DummyVecEnv([lambda: Monitor(PumpingKite()) for _ in range(cfg.n_envs)])
    return RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, gae_lambda=0.92, verbose=0)


def run(cfg: Config) -> float:
    cfg.workdir.mkdir(exist_ok=True)
    best_file = cfg.workdir / "best.zip"
    model = build(cfg)
    eval_env = Monitor(PumpingKite(shear=0.2))
    best = float("-inf")

    for i in range(cfg.rounds):
        model.learn(total_timesteps=cfg.steps_per_round)
        score, spread = evaluate_policy(model, eval_env, n_eval_episodes=cfg.eval_episodes)
        log.info("round %d: %.1f +- %.1f (best %.1f)", i, score, spread, best)
        if score >= best:
            best = score
            model.save(best_file)
        elif score < best - cfg.max_drop * abs(best):
            log.info("lost too much, next round starts from the best policy")
            model.set_parameters(str(best_file), device=model.device)
    return best


if __name__ == "__main__":
    print(run(Config()))
