import argparse

import numpy as np
import ray
from ray.rllib.algorithms.ppo import PPOConfig

from auction_env import AuctionDay


def build(budget, workers):
    config = (
        PPOConfig()
        .api_stack(enable_rl_module_and_connector_v2=False, enable_env_runner_and_connector_v2=False)
        .environment(AuctionDay, env_config={"budget": budget})
        .framework("torch")
        .env_runners(num_env_runners=workers)
        .training(
            lr=3e-4,
            gamma=0.995,
            train_batch_size=8000,
            model={"use_lstm": True, "lstm_cell_size": 64, "max_seq_len": 32, "fcnet_hiddens": [64]},
        )
    )
    return config.build()


def evaluate(algo, budget, days=14):
    """Mean profit over two weeks of held out days."""
    env = AuctionDay({"budget": budget})
    state = algo.get_policy().get_initial_state()
    profits, spends = [], []
    for day in range(days):
        obs, _ = env.reset(seed=9000 + day)
        done, profit = False, 0.0
        while not done:
            action, state, _ = algo.compute_single_action(obs, state=state, explore=False)
            obs, reward, terminated, truncated, _ = env.step(action)
            profit += reward
            done = terminated or truncated
        profits.append(profit)
        spends.append(budget - env.left)
    return np.mean(profits), np.mean(spends)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--budget", type=float, default=100.0)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--iters", type=int, default=300)
    parser.add_argument("--out", default="bidder_ckpt")
    args = parser.parse_args()

    ray.init()
    algo = build(args.budget, args.workers)
    best = -np.inf
    for it in range(args.iters):
        algo.train()
        if it % 10 == 9:
            profit, spend = evaluate(algo, args.budget)
            print(f"iter {it + 1}: profit {profit:.2f} spend {spend:.1f}")
            if profit > best:
                best = profit
                algo.save(args.out)
    algo.stop()
    ray.shutdown()


if __name__ == "__main__":
    main()
