"""Records episodes of a trained recurrent DQN (Tianshou) for the offline data set."""
import argparse
from datetime import datetime
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Batch
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from masked import PositionOnlyCar


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", type=str, default="MountainCar-v0")
    parser.add_argument("--resume-path", type=str, required=True)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--eps-test", type=float, default=0.05)
    parser.add_argument("--layer-num", type=int, default=2)
    parser.add_argument("--hidden-size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--outdir", type=str, default="offline_data")
    parser.add_argument("--device", type=str, default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def load_policy(args, env):
    net = Recurrent(
        args.layer_num,
        env.observation_space.shape,
        env.action_space.n,
        args.device,
        hidden_layer_size=args.hidden_size,
    ).to(args.device)
    optim = torch.optim.Adam(net.parameters(), lr=1e-3)
    policy = DQNPolicy(net, optim, 0.99, 3, target_update_freq=0)
    policy.load_state_dict(torch.load(args.resume_path, map_location=args.device))
    policy.eval()
    return policy


def record(policy, env, args):
    rng = np.random.default_rng(args.seed)
    columns = {"obs": [], "act": [], "rew": [], "terminated": [], "truncated": [], "episode": []}
    returns = []
    state = None
    for episode in range(args.episodes):
        obs, info = env.reset(seed=args.seed + episode)
        total, finished = 0.0, False
        while not finished:
            batch = Batch(obs=obs[None], info={})
            with torch.no_grad():
                result = policy(batch, state=state)
            state = result.state
            action = int(result.act[0])
            if rng.random() < args.eps_test:
                action = int(rng.integers(env.action_space.n))
            next_obs, reward, terminated, truncated, info = env.step(action)

            columns["obs"].append(obs)
            columns["act"].append(action)
            columns["rew"].append(reward)
            columns["terminated"].append(terminated)
            columns["truncated"].append(truncated)
            columns["episode"].append(episode)

            total += reward
            obs = next_obs
            finished = terminated or truncated
        returns.append(total)
        if (episode + 1) % 20 == 0:
            print(f"{episode + 1}/{args.episodes} episodes, mean return {np.mean(returns):.1f}")
    return {k: np.asarray(v) for k, v in columns.items()}, returns


def main():
    args = get_args()
    torch.manual_seed(args.seed)
    env = PositionOnlyCar(gym.make(args.task))
    policy = load_policy(args, env)
    data, returns = record(policy, env, args)

    outdir = Path(args.outdir)
    outdir.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().strftime("%y%m%d-%H%M%S")
    target = outdir / f"{args.task}_{stamp}.npz"
    np.savez_compressed(target, **data)
    print(f"wrote {len(data['act'])} transitions to {target}, return {np.mean(returns):.1f} +- {np.std(returns):.1f}")


if __name__ == "__main__":
    main()
