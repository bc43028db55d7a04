"""PBT over recurrent DQN policies with Tianshou (0.5)."""
import argparse
import copy
from dataclasses import dataclass
from typing import List

import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from solarcar import SolarCarEnv


@dataclass
class Individual:
    name: str
    policy: DQNPolicy
    train_collector: Collector
    test_collector: Collector
    lr: float
    eps: float
    fitness: float = float("-inf")


def make_individual(name: str, args, rng) -> Individual:
    env = SolarCarEnv()
    lr = float(10 ** rng.uniform(-4, -2.5))
    net = Recurrent(
        layer_num=1,
        state_shape=env.observation_space.shape,
        action_shape=env.action_space.n,
        device=args.device,
        hidden_layer_size=args.hidden,
    ).to(args.device)
    optim = torch.optim.Adam(net.parameters(), lr=lr)
    policy = DQNPolicy(net, optim, discount_factor=0.99, estimation_step=3, target_update_freq=300)
    train_envs = DummyVectorEnv([SolarCarEnv for _ in range(args.train_envs)])
    test_envs = DummyVectorEnv([SolarCarEnv for _ in range(args.test_envs)])
    buffer = VectorReplayBuffer(args.buffer_size, args.train_envs, stack_num=args.stack, ignore_obs_next=True)
    return Individual(
        name=name,
        policy=policy,
        train_collector=Collector(policy, train_envs, buffer, exploration_noise=True),
        test_collector=Collector(policy, test_envs),
        lr=lr,
        eps=float(rng.uniform(0.05, 0.3)),
    )


def set_lr(individual: Individual, lr: float) -> None:
    individual.lr = lr
    for group in individual.policy.optim.param_groups:
        group["lr"] = lr


def train_phase(individual: Individual, args) -> None:
    individual.policy.set_eps(individual.eps)
    for _ in range(args.collects_per_phase):
        individual.policy.train()
        individual.train_collector.collect(n_step=args.step_per_collect)
        for _ in range(args.updates_per_collect):
            individual.policy.update(args.batch_size, individual.train_collector.buffer)


def test_phase(individual: Individual, args) -> None:
    individual.policy.eval()
    individual.policy.set_eps(0.0)
    individual.test_collector.reset()
    result = individual.test_collector.collect(n_episode=args.test_episodes)
    individual.fitness = float(result["rew"])


def exploit(population: List[Individual], rng, quantile: float) -> None:
    ranked = sorted(population, key=lambda ind: ind.fitness)
    n = max(1, int(len(ranked) * quantile))
    for weak in ranked[:n]:
        strong = ranked[-1 - int(rng.integers(n))]
        weak.policy.load_state_dict(copy.deepcopy(strong.policy.state_dict()))
        set_lr(weak, strong.lr * float(rng.choice([0.8, 1.2])))
        weak.eps = float(np.clip(strong.eps * rng.choice([0.8, 1.2]), 0.01, 0.5))
        print(f"    {weak.name} <- {strong.name}  lr {weak.lr:.2e} eps {weak.eps:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--population", type=int, default=6)
    parser.add_argument("--phases", type=int, default=100)
    parser.add_argument("--collects-per-phase", type=int, default=50)
    parser.add_argument("--step-per-collect", type=int, default=80)
    parser.add_argument("--updates-per-collect", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--buffer-size", type=int, default=40_000)
    parser.add_argument("--stack", type=int, default=8)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--train-envs", type=int, default=8)
    parser.add_argument("--test-envs", type=int, default=4)
    parser.add_argument("--test-episodes", type=int, default=12)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()

    rng = np.random.default_rng(0)
    population = [make_individual(f"car{i}", args, rng) for i in range(args.population)]
    for individual in population:
        individual.train_collector.collect(n_step=args.batch_size * args.train_envs, random=True)

    for phase in range(args.phases):
        for individual in population:
            train_phase(individual, args)
            test_phase(individual, args)
        best = max(population, key=lambda ind: ind.fitness)
        print(f"phase {phase}: best {best.name} {best.fitness:.2f}")
        torch.save(best.policy.state_dict(), "solarcar_best.pth")
        exploit(population, rng, quantile=0.25)


if __name__ == "__main__":
    main()
