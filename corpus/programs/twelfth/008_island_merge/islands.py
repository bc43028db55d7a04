import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Dict, List

import gymnasium as gym
import numpy as np
import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
LOGGER = logging.getLogger("islands")


class PositionOnly(gym.ObservationWrapper):
    """Hides the angular velocity of the pendulum."""

    def __init__(self, env: gym.Env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, shape=(2,), dtype=np.float32)

    def observation(self, observation):
        return observation[:2].astype(np.float32)


@dataclass
class IslandSettings:
    n_islands: int = 4
    n_envs: int = 4
    chunk: int = 10_240
    rounds: int = 60
    warmup_rounds: int = 5
    eval_every: int = 5
    gravity_low: float = 8.0
    gravity_high: float = 12.0


def build_env(gravity: float, n_envs: int, seed: int):
    def make():
        return PositionOnly(gym.make("Pendulum-v1", g=gravity))

    return make_vec_env(make, n_envs=n_envs, seed=seed)


def build_islands(cfg: IslandSettings) -> List[RecurrentPPO]:
    islands = []
    for i, g in enumerate(np.linspace(cfg.gravity_low, cfg.gravity_high, cfg.n_islands)):
        islands.append(
            RecurrentPPO(
                "MlpLstmPolicy",
                build_env(float(g), cfg.n_envs, seed=i),
                learning_rate=1e-3,
                n_steps=320,
                batch_size=320,
                gamma=0.95,
                seed=i,
                device="cpu",
            )
        )
    return islands


def soup(islands: List[RecurrentPPO], weights: np.ndarray) -> Dict[str, torch.Tensor]:
    """Weighted mean of the policies' parameters."""
    merged: "OrderedDict[str, torch.Tensor]" = OrderedDict()
    states = [m.get_parameters()["policy"] for m in islands]
    for key in states[0]:
        merged[key] = sum(float(w) * s[key] for w, s in zip(weights, states))
    return merged


def recent_reward(model: RecurrentPPO) -> float:
    if not model.ep_info_buffer:
        return -1600.0
    return float(np.mean([ep["r"] for ep in model.ep_info_buffer]))


def merge(islands: List[RecurrentPPO]) -> None:
    scores = np.array([recent_reward(m) for m in islands])
    z = (scores - scores.max()) / 200.0
    weights = np.exp(z) / np.exp(z).sum()
    merged = soup(islands, weights)
    for model in islands:
        model.set_parameters({"policy": merged}, exact_match=False)
    LOGGER.info("merged, weights %s", np.round(weights, 2))


def main() -> None:
    cfg = IslandSettings()
    islands = build_islands(cfg)
    test_env = build_env(10.0, 1, seed=999)

    for rnd in range(cfg.rounds):
        for model in islands:
            model.learn(total_timesteps=cfg.chunk, reset_num_timesteps=False)
        LOGGER.info("round %d rewards %s", rnd, [round(recent_reward(m)) for m in islands])

        if rnd >= cfg.warmup_rounds:
            merge(islands)

        if rnd % cfg.eval_every == 0:
            mean, std = evaluate_policy(islands[0], test_env, n_eval_episodes=10)
            LOGGER.info("round %d eval on g=10: %.0f +- %.0f", rnd, mean, std)

    islands[0].save("pendulum_islands")


if __name__ == "__main__":
    main()
