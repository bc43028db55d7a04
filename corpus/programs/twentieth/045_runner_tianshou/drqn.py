import argparse
import os

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent
from torch.utils.tensorboard import SummaryWriter

from jumper import Jumper


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--stack-num", type=int, default=8)
    parser.add_argument("--layer-num", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--buffer-size", type=int, default=40000)
    parser.add_argument("--cycles", type=int, default=2000)
    parser.add_argument("--step-per-cycle", type=int, default=200)
    parser.add_argument("--updates", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--test-every", type=int, default=20)
    parser.add_argument("--patience", type=int, default=10)
    parser.add_argument("--training-num", type=int, default=10)
    parser.add_argument("--test-num", type=int, default=20)
    parser.add_argument("--logdir", default="log/jumper")
    return parser.parse_args()


def main(args=None):
    args = args or get_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    os.makedirs(args.logdir, exist_ok=True)
    best_path = os.path.join(args.logdir, "best.pth")

    train_envs = DummyVectorEnv([Jumper for _ in range(args.training_num)])
    test_envs = DummyVectorEnv([Jumper for _ in range(args.test_num)])
    train_envs.seed(args.seed)
    test_envs.seed(args.seed + 1000)

    net = Recurrent(args.layer_num, (3,), 3, hidden_layer_size=args.hidden)
    optim = torch.optim.Adam(net.parameters(), lr=1e-3)
    policy = DQNPolicy(
        model=net,
        optim=optim,
        action_space=gym.spaces.Discrete(3),
        discount_factor=0.95,
        estimation_step=3,
        target_update_freq=320,
    )
    buf = VectorReplayBuffer(args.buffer_size, buffer_num=args.training_num,
                             stack_num=args.stack_num, ignore_obs_next=True)
    train_collector = Collector(policy, train_envs, buf, exploration_noise=True)
    test_collector = Collector(policy, test_envs, exploration_noise=True)
    writer = SummaryWriter(args.logdir)

    policy.set_eps(1.0)
    train_collector.reset()
    train_collector.collect(n_step=args.batch_size * args.training_num)
    best, worse = -np.inf, 0
    for cycle in range(args.cycles):
        policy.set_eps(max(0.05, 0.5 * (1 - cycle / 1000)))
        policy.train()
        train_collector.collect(n_step=args.step_per_cycle)
        for _ in range(args.updates):
            policy.update(args.batch_size, train_collector.buffer)
        if cycle % args.test_every:
            continue

        policy.eval()
        policy.set_eps(0.0)
        test_collector.reset()
        result = test_collector.collect(n_episode=args.test_num)
        reward = result.returns_stat.mean
        writer.add_scalar("test/reward", reward, cycle)
        print(cycle, round(reward, 3), "best", round(float(best), 3))
        if reward > best:
            best, worse = reward, 0
            torch.save(policy.state_dict(), best_path)
            continue
        worse += 1
        if worse >= args.patience:
            policy.load_state_dict(torch.load(best_path))
            train_collector.reset(reset_buffer=False)
            worse = 0

    policy.load_state_dict(torch.load(best_path))
    policy.eval()
    policy.set_eps(0.0)
    test_collector.reset()
    result = test_collector.collect(n_episode=100)
    print("final:", result.returns_stat.mean, "+-", result.returns_stat.std)


if __name__ == "__main__":
    main()
