import argparse

import numpy as np
import ray
from ray.rllib.algorithms.algorithm import Algorithm
from ray.rllib.algorithms.ppo import PPOConfig

from gallery import Gallery

CELL = 96


def make_config():
    return (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment(Gallery, env_config={"size": 9})
        .framework("torch")
        .env_runners(num_env_runners=4)
        .training(
            gamma=0.98,
            lr=3e-4,
            train_batch_size=8000,
            model={"use_lstm": True, "lstm_cell_size": CELL, "max_seq_len": 30, "fcnet_hiddens": [64]},
        )
    )


def train(iters):
    algo = make_config().build()
    for i in range(iters):
        res = algo.train()
        mean = res["env_runners"]["episode_reward_mean"]
        print(f"iter {i}: {mean:.2f}")
    ckpt = algo.save().checkpoint.path
    algo.stop()
    return ckpt


def guide(ckpt, tours=20):
    algo = Algorithm.from_checkpoint(ckpt)
    env = Gallery()
    scores = []
    for k in range(tours):
        obs, _ = env.reset(seed=100 + k)
        state = [np.zeros(CELL, np.float32), np.zeros(CELL, np.float32)]
        score, end = 0.0, False
        while not end:
            action, state, _ = algo.compute_single_action(obs, state=state, explore=False)
            obs, r, term, trunc, _ = env.step(action)
            score += r
            end = term or trunc
        scores.append(score)
        print(f"tour {k}: {score:.2f}, lost the group: {term}")
    algo.stop()
    return scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--iters", type=int, default=100)
    parser.add_argument("--ckpt")
    a = parser.parse_args()
    ray.init()
    path = a.ckpt or train(a.iters)
    print("mean", np.mean(guide(path)))
