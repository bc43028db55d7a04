import argparse
import copy

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", default="CartPole-v1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--iters", type=int, default=400)
    parser.add_argument("--step-per-collect", type=int, default=160)
    parser.add_argument("--updates", type=int, default=16)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--stack-num", type=int, default=4)
    parser.add_argument("--training-num", type=int, default=16)
    parser.add_argument("--test-num", type=int, default=20)
    parser.add_argument("--patience", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


def build(args):
    env = gym.make(args.task)
    net = Recurrent(
        layer_num=2,
        state_shape=env.observation_space.shape,
        action_shape=env.action_space.n,
        device=args.device,
    ).to(args.device)
    optim = torch.optim.Adam(net.parameters(), lr=1e-3)
    return DQNPolicy(net, optim, discount_factor=0.95, estimation_step=3, target_update_freq=320)


def main():
    args = get_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    train_envs = DummyVectorEnv([lambda: gym.make(args.task) for _ in range(args.training_num)])
    test_envs = DummyVectorEnv([lambda: gym.make(args.task) for _ in range(args.test_num)])

    policy = build(args)
    buffer = VectorReplayBuffer(
        20000, buffer_num=args.training_num, stack_num=args.stack_num, ignore_obs_next=True
    )
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)

    policy.set_eps(1.0)
    train_collector.collect(n_step=args.batch_size * args.training_num)

    best_rew = -np.inf
    best_weights = copy.deepcopy(policy.state_dict())
    bad = 0
    for it in range(args.iters):
        policy.train()
        policy.set_eps(max(0.05, 0.5 - it * 0.005))
        train_collector.collect(n_step=args.step_per_collect)
        for _ in range(args.updates):
            policy.update(args.batch_size, buffer)

        if it % 10:
            continue
        policy.eval()
        policy.set_eps(0.0)
        test_collector.reset()
        rew = test_collector.collect(n_episode=args.test_num)["rew"]
        print(f"iter {it}: test reward {rew:.1f} (best {best_rew:.1f})")
        if rew > best_rew:
            best_rew, bad = rew, 0
            best_weights = copy.deepcopy(policy.state_dict())
            torch.save(best_weights, "best_drqn.pth")
        else:
            bad += 1
        if bad >= args.patience:
            print("no progress, going back to the best policy")
            policy.load_state_dict(best_weights)
            bad = 0


if __name__ == "__main__":
    main()
