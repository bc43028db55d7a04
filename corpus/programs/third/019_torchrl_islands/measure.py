"""Rolls the policies of a mailbox out on a fresh environment."""
import argparse
from pathlib import Path

import torch
from torchrl.envs import Compose, GymEnv, InitTracker, RewardSum, StepCounter, TransformedEnv
from torchrl.envs.utils import ExplorationType, set_exploration_type

from islands.build import make_policy


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("mailbox", type=Path)
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--episodes", type=int, default=10)
    ap.add_argument("--hidden", type=int, default=64)
    args = ap.parse_args()
    base = GymEnv(args.env)
    n_obs, n_act = base.observation_spec["observation"].shape[-1], base.action_spec.shape[-1]
    policy, lstm = make_policy(n_obs, n_act, args.hidden)
    env = TransformedEnv(base, Compose(InitTracker(), StepCounter(500), RewardSum(), lstm.make_tensordict_primer()))
    for letter in sorted(args.mailbox.glob("from_*.pt")):
        policy.load_state_dict(torch.load(letter)["policy"])
        returns = []
        with torch.no_grad(), set_exploration_type(ExplorationType.DETERMINISTIC):
            for _ in range(args.episodes):
                roll = env.rollout(500, policy)
                returns.append(roll["next", "episode_reward"][-1].item())
        print(letter.stem, sum(returns) / len(returns))


if __name__ == "__main__":
    main()
