"""Relay learning: several machines train a DRQN each and leave their weights in a shared folder.

Once in a while a machine continues from the best weights it finds there.
"""
import argparse
import json
import logging
import socket
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent

logger = logging.getLogger("relay")


class OnlyAngles(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (4,), np.float32)

    def observation(self, observation):
        return observation[:4]


class Folder:
    def __init__(self, root, me):
        self.root = Path(root)
        self.me = me
        self.root.mkdir(parents=True, exist_ok=True)

    def publish(self, policy, score, step):
        torch.save(policy.state_dict(), self.root / f"{self.me}.pth")
        (self.root / f"{self.me}.json").write_text(json.dumps({"score": score, "step": step}))

    def leader(self):
        best = None
        for meta in self.root.glob("*.json"):
            try:
                row = json.loads(meta.read_text())
            except json.JSONDecodeError:
                continue
            if best is None or row["score"] > best[0]:
                best = (row["score"], meta.stem)
        return best

    def weights(self, name):
        return torch.load(self.root / f"{name}.pth", map_location="cpu")


def build(args):
    make = lambda: OnlyAngles(gym.make(args.task))  # noqa: E731
    train_envs = DummyVectorEnv([make for _ in range(args.training_num)])
    test_envs = DummyVectorEnv([make for _ in range(args.test_num)])
    env = make()
    net = Recurrent(args.layer_num, env.observation_space.shape, env.action_space.n, "cpu", hidden_layer_size=args.hidden)
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    policy = DQNPolicy(
        model=net,
        optim=optim,
        action_space=env.action_space,
        discount_factor=args.gamma,
        estimation_step=args.n_step,
        target_update_freq=args.target_update_freq,
    )
    buffer = VectorReplayBuffer(args.buffer_size, buffer_num=args.training_num, stack_num=args.stack_num, ignore_obs_next=True)
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)
    return policy, train_collector, test_collector


def test(policy, collector, args):
    policy.eval()
    policy.set_eps(args.eps_test)
    collector.reset()
    stats = collector.collect(n_episode=args.test_num)
    policy.train()
    return float(np.mean(stats.returns))


def main(args):
    torch.manual_seed(args.seed)
    np.random.seed(args.seed)
    policy, train_collector, test_collector = build(args)
    folder = Folder(args.folder, args.name)
    train_collector.reset()
    policy.train()
    policy.set_eps(1.0)
    train_collector.collect(n_step=args.warmup)
    step, rnd = args.warmup, 0
    while step < args.total_steps:
        policy.set_eps(max(args.eps_train, 1.0 - step / args.eps_decay))
        stats = train_collector.collect(n_step=args.step_per_collect)
        step += stats.n_collected_steps
        for _ in range(args.update_per_collect):
            policy.update(args.batch_size, train_collector.buffer)
        rnd += 1
        if rnd % args.relay_every == 0:
            score = test(policy, test_collector, args)
            folder.publish(policy, score, step)
            best, name = folder.leader()
            logger.info("step %d: mine %.1f, leader %s %.1f", step, score, name, best)
            if name != args.name and best > score + args.margin:
                policy.load_state_dict(folder.weights(name))
                logger.info("continue from %s", name)
    folder.publish(policy, test(policy, test_collector, args), step)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--task", default="Acrobot-v1")
    parser.add_argument("--name", default=socket.gethostname())
    parser.add_argument("--folder", default="/tmp/relay")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--layer-num", type=int, default=1)
    parser.add_argument("--n-step", type=int, default=3)
    parser.add_argument("--stack-num", type=int, default=4)
    parser.add_argument("--target-update-freq", type=int, default=320)
    parser.add_argument("--buffer-size", type=int, default=20_000)
    parser.add_argument("--warmup", type=int, default=1000)
    parser.add_argument("--step-per-collect", type=int, default=64)
    parser.add_argument("--update-per-collect", type=int, default=6)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--training-num", type=int, default=8)
    parser.add_argument("--test-num", type=int, default=10)
    parser.add_argument("--eps-test", type=float, default=0.05)
    parser.add_argument("--eps-train", type=float, default=0.1)
    parser.add_argument("--eps-decay", type=int, default=100_000)
    parser.add_argument("--relay-every", type=int, default=200)
    parser.add_argument("--margin", type=float, default=5.0)
    parser.add_argument("--total-steps", type=int, default=2_000_000)
    logging.basicConfig(level=logging.INFO)
    main(parser.parse_args())
