import argparse

import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.trainer import OffpolicyTrainer

from net import SlewNet
from rollback import Rollback
from slew_env import SlewEnv


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--buffer-size", type=int, default=100_000)
    p.add_argument("--stack-num", type=int, default=8)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--epoch", type=int, default=60)
    p.add_argument("--step-per-epoch", type=int, default=20_000)
    p.add_argument("--step-per-collect", type=int, default=80)
    p.add_argument("--batch-size", type=int, default=128)
    p.add_argument("--training-num", type=int, default=8)
    p.add_argument("--test-num", type=int, default=20)
    return p.parse_args()


def main():
    args = get_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    train_envs = DummyVectorEnv([SlewEnv for _ in range(args.training_num)])
    test_envs = DummyVectorEnv([SlewEnv for _ in range(args.test_num)])
    train_envs.seed(args.seed)
    test_envs.seed(args.seed + 100)

    net = SlewNet(3, len(SlewEnv.TORQUES))
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    policy = DQNPolicy(net, optim, 0.99, 3, target_update_freq=300)
    buffer = VectorReplayBuffer(args.buffer_size, args.training_num, stack_num=args.stack_num,
                                ignore_obs_next=True)
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)
    train_collector.collect(n_step=args.batch_size * args.training_num)
    rollback = Rollback(policy, train_collector)

    def train_fn(epoch, env_step):
        rollback.apply()
        policy.set_eps(max(0.05, 0.5 * (1 - env_step / 400_000)))

    def test_fn(epoch, env_step):
        policy.set_eps(0.0)

    trainer = OffpolicyTrainer(
        policy, train_collector, test_collector, args.epoch, args.step_per_epoch, args.step_per_collect,
        args.test_num, args.batch_size, update_per_step=0.1, train_fn=train_fn, test_fn=test_fn,
        test_in_train=False,
    )
    for epoch, stat, info in trainer:
        rollback.tested(float(stat["test_reward"]))
        print(epoch, f"test {stat['test_reward']:.1f}", "best", f"{rollback.best_reward:.1f}")
    torch.save(policy.state_dict(), "slew.pth")


if __name__ == "__main__":
    main()
