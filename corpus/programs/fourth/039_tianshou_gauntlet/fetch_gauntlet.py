"""
Every few epochs of training, lets the stored checkpoints of a recurrent DQN play the
test maps with one and the same collector, and drops those that are dominated.
"""
import argparse
import pathlib

import gymnasium as gym
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.trainer import OffpolicyTrainer

from rdqn.net import build_policy
from rdqn.store import CheckpointStore


class Gauntlet:
    def __init__(self, policy: DQNPolicy, collector: Collector, store: CheckpointStore, episodes: int):
        self.policy, self.collector, self.store, self.episodes = policy, collector, store, episodes

    def run(self):
        table = []
        for name, weights in self.store.items():
            self.policy.load_state_dict(weights)
            result = self.collector.collect(n_episode=self.episodes, reset_before_collect=True)
            table.append((float(result.returns.mean()), float(result.lens.mean()), name))
        return sorted(table, reverse=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", default="MiniGrid-MemoryS7-v0")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--episodes", type=int, default=40)
    parser.add_argument("--logdir", type=pathlib.Path, default=pathlib.Path("log/rdqn"))
    args = parser.parse_args()

    make = lambda: gym.wrappers.FlattenObservation(gym.make(args.task))  # noqa: E731
    train_envs = DummyVectorEnv([make for _ in range(10)])
    test_envs = DummyVectorEnv([make for _ in range(10)])
    env = make()
    policy = build_policy(env)
    judge = build_policy(env)
    judge.eval()
    buffer = VectorReplayBuffer(50_000, buffer_num=10, stack_num=8)
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)
    judge_collector = Collector(judge, DummyVectorEnv([make for _ in range(10)]))
    store = CheckpointStore(args.logdir, keep=12)
    gauntlet = Gauntlet(judge, judge_collector, store, args.episodes)

    train_collector.reset()
    train_collector.collect(n_step=2000, random=True)
    trainer = OffpolicyTrainer(
        policy=policy,
        train_collector=train_collector,
        test_collector=test_collector,
        max_epoch=args.epochs,
        step_per_epoch=5000,
        step_per_collect=100,
        episode_per_test=20,
        batch_size=64,
        update_per_step=0.1,
        train_fn=lambda epoch, _: policy.set_eps(max(0.05, 0.9**epoch)),
        test_fn=lambda epoch, _: policy.set_eps(0.0),
    )
    for epoch in trainer:
        store.put(f"epoch{epoch.epoch:03d}", policy.state_dict())
        if epoch.epoch % args.every == 0:
            table = gauntlet.run()
            for mean, length, name in table:
                print(f"  {name}: {mean:.3f} in {length:.0f} steps")
            store.drop([name for _, _, name in table[8:]])
    torch.save(policy.state_dict(), args.logdir / "final.pth")


if __name__ == "__main__":
    main()
