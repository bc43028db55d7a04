import os
import tempfile

import numpy as np
import ray
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune.registry import register_env

from overflow_env import OverflowDesk

CELL = 64

register_env("overflow", lambda cfg: OverflowDesk(cfg))


def make_config():
    return (
        PPOConfig()
        .api_stack(enable_rl_module_and_learner=False, enable_env_runner_and_connector_v2=False)
        .environment("overflow", env_config={"length": 200})
        .framework("torch")
        .env_runners(num_env_runners=2)
        .training(lr=5e-4, model={"use_lstm": True, "lstm_cell_size": CELL, "max_seq_len": 20})
    )


def shift(algo, env, seed):
    obs, _ = env.reset(seed=seed)
    rnn = [np.zeros(CELL, np.float32), np.zeros(CELL, np.float32)]
    total = 0.0
    while True:
        action, rnn, _ = algo.compute_single_action(obs, state=rnn, explore=False)
        obs, r, terminated, truncated, _ = env.step(action)
        total += r
        if terminated or truncated:
            return total


def train(algo, folder, rounds=40, every=10):
    saved = []
    for i in range(1, rounds + 1):
        algo.train()
        if i % every == 0:
            saved.append(algo.save(os.path.join(folder, f"r{i:03d}")).checkpoint.path)
    return saved


def main():
    ray.init(ignore_reinit_error=True)
    algo = make_config().build()
    checkpoints = train(algo, tempfile.mkdtemp(prefix="overflow_"))
    env = OverflowDesk({"length": 200})
    table = {}
    for ckpt in checkpoints:
        algo.restore(ckpt)
        table[ckpt] = np.mean([shift(algo, env, s) for s in range(30)])
    for ckpt, mean in sorted(table.items(), key=lambda kv: -kv[1]):
        print(f"{mean:8.2f}  {ckpt}")
    algo.stop()


if __name__ == "__main__":
    main()
