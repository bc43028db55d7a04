import argparse
import copy

import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

from farm import MushroomRoom


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--stack-num", type=int, default=16)
    parser.add_argument("--step-per-collect", type=int, default=64)
    parser.add_argument("--total-steps", type=int, default=2_000_000)
    parser.add_argument("--check-every", type=int, default=20_000)
    parser.add_argument("--drop", type=float, default=0.25)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def main(args=get_args()):
    envs = DummyVectorEnv([lambda i=i: MushroomRoom(seed=i) for i in range(args.rooms)])
    net = Recurrent(layer_num=1, state_shape=5, action_shape=9, device=args.device, hidden_layer_size=64)
    net = net.to(args.device)
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    policy = DQNPolicy(net, optim, 0.99, estimation_step=3, target_update_freq=500)
    buffer = VectorReplayBuffer(
        400_000, buffer_num=args.rooms, stack_num=args.stack_num, ignore_obs_next=True
    )
    collector = Collector(policy, envs, buffer, exploration_noise=True)

    policy.set_eps(1.0)
    collector.collect(n_step=5_000, random=True)

    best_yield = -np.inf
    best = copy.deepcopy(policy.state_dict())
    steps, next_check = 0, args.check_every
    while steps < args.total_steps:
        policy.set_eps(max(0.05, 1.0 - steps / 200_000))
        policy.train()
        steps += collector.collect(n_step=args.step_per_collect)["n/st"]
        for _ in range(4):
            losses = policy.update(64, buffer)

        if steps < next_check:
            continue
        next_check += args.check_every
        now = float(np.mean(envs.get_env_attr("recent_yield")))
        if now >= best_yield:
            best_yield = now
            best = copy.deepcopy(policy.state_dict())
            torch.save(best, "best_policy.pth")
        elif now < best_yield - args.drop * abs(best_yield):
            print(f"[{steps}] yield {now:.4f} fell below {best_yield:.4f}, going back to the best policy")
            policy.load_state_dict(best)
            for group in optim.param_groups:
                group["lr"] *= 0.5
        print(f"[{steps}] yield {now:.4f} loss {losses['loss']:.4f}")


if __name__ == "__main__":
    main()
