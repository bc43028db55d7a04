"""Population based training of RecurrentPPO in chunks, one process."""
from __future__ import annotations

import argparse
import copy
import logging
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

logger = logging.getLogger("chunks")


class PartialPendulum(gym.ObservationWrapper):
    def __init__(self, env: gym.Env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def observation(self, observation: np.ndarray) -> np.ndarray:
        return observation[:2]


@dataclass
class Agent:
    ident: int
    model: RecurrentPPO
    fitness: float = -np.inf
    steps: int = 0
    best: dict | None = None
    best_fitness: float = -np.inf


def new_agent(ident: int, rng: np.random.Generator, n_envs: int) -> Agent:
    env = make_vec_env("Pendulum-v1", n_envs=n_envs, seed=ident, wrapper_class=PartialPendulum)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=256,
        batch_size=256,
        gamma=0.95,
        learning_rate=float(10 ** rng.uniform(-4, -2.7)),
        seed=ident,
    )
    return Agent(ident, model)


def train_chunk(agent: Agent, steps: int) -> None:
    agent.model.learn(total_timesteps=steps)
    agent.steps += steps


def score(agent: Agent, env, episodes: int) -> float:
    agent.fitness, std = evaluate_policy(agent.model, env, n_eval_episodes=episodes)
    logger.info("agent %d: %.1f +/- %.1f after %d steps", agent.ident, agent.fitness, std, agent.steps)
    if agent.fitness > agent.best_fitness:
        agent.best_fitness = agent.fitness
        agent.best = copy.deepcopy(agent.model.get_parameters())
    return agent.fitness


def exploit(agents: list[Agent], rng: np.random.Generator, fraction: float) -> None:
    ranked = sorted(agents, key=lambda a: a.fitness)
    n = max(1, int(fraction * len(agents)))
    for weak in ranked[:n]:
        strong = ranked[-1 - int(rng.integers(n))]
        if strong.best is None:
            continue
        weak.model.set_parameters(strong.best)
        lr = strong.model.learning_rate * rng.choice([0.7, 1.4])
        weak.model.learning_rate = float(np.clip(lr, 1e-5, 5e-3))
        weak.model._setup_lr_schedule()
        logger.info("%d <- %d, lr %.2e", weak.ident, strong.ident, weak.model.learning_rate)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=8)
    parser.add_argument("--chunk", type=int, default=32_768)
    parser.add_argument("--chunks", type=int, default=50)
    parser.add_argument("--envs", type=int, default=4)
    parser.add_argument("--fraction", type=float, default=0.25)
    parser.add_argument("--eval-episodes", type=int, default=10)
    parser.add_argument("--out", default="best_agent")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    rng = np.random.default_rng(42)
    agents = [new_agent(i, rng, args.envs) for i in range(args.agents)]
    eval_env = make_vec_env("Pendulum-v1", n_envs=1, seed=999, wrapper_class=PartialPendulum)
    for chunk in range(args.chunks):
        for agent in agents:
            train_chunk(agent, args.chunk)
            score(agent, eval_env, args.eval_episodes)
        if chunk < args.chunks - 1:
            exploit(agents, rng, args.fraction)
    winner = max(agents, key=lambda a: a.best_fitness)
    winner.model.set_parameters(winner.best)
    winner.model.save(args.out)
    logger.info("agent %d wins with %.1f", winner.ident, winner.best_fitness)


if __name__ == "__main__":
    main()
