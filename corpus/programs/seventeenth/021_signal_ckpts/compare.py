"""Run all checkpoints of the recurrent DQN on the same traffic scenarios and print a table."""
import argparse
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Batch
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

import signal_gym  # noqa: F401


def build(env, lr=1e-3):
    net = Recurrent(
        layer_num=1,
        state_shape=env.observation_space.shape,
        action_shape=env.action_space.n,
        hidden_layer_size=128,
        device="cpu",
    )
    policy = DQNPolicy(
        model=net,
        optim=torch.optim.Adam(net.parameters(), lr=lr),
        action_space=env.action_space,
        discount_factor=0.98,
        estimation_step=3,
        target_update_freq=320,
    )
    policy.eval()
    policy.set_eps(0.0)
    return policy


def run(policy, env, seed):
    obs, info = env.reset(seed=seed)
    state, total, steps, over = None, 0.0, 0, False
    stops = []
    while not over:
        batch = Batch(obs=np.asarray(obs)[None], info=Batch())
        with torch.no_grad():
            result = policy(batch, state=state)
        state = result.state
        obs, r, terminated, truncated, info = env.step(int(result.act[0]))
        total += r
        steps += 1
        stops.append(info.get("stops", 0))
        over = terminated or truncated
    return total, float(np.mean(stops)), steps


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder", type=Path)
    ap.add_argument("--env", default="FiveJunctions-v0")
    ap.add_argument("--scenarios", type=int, default=8)
    ap.add_argument("--every", type=int, default=1)
    args = ap.parse_args()

    env = gym.make(args.env)
    policy = build(env)
    rows = []
    files = sorted(args.folder.glob("epoch_*.pth"))[::args.every]
    for path in files:
        policy.load_state_dict(torch.load(path, map_location="cpu"))
        results = [run(policy, env, seed) for seed in range(args.scenarios)]
        ret, stops, steps = np.mean(results, axis=0)
        rows.append((path.stem, ret, stops, steps))
        print(f"{path.stem:12s} return {ret:9.2f}  stops {stops:6.2f}  steps {steps:6.1f}")
    env.close()
    if rows:
        best = max(rows, key=lambda r: r[1])
        print("best:", best[0], "mean return", round(best[1], 2))
        with open(args.folder / "BEST", "w") as f:
            f.write(best[0] + "\n")


if __name__ == "__main__":
    main()
