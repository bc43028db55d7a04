"""DRQN (Tianshou) for an elevator; the best policy of the test phases is kept and measured at the end."""
import argparse
import copy
import os

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.trainer import offpolicy_trainer
from tianshou.utils import TensorboardLogger
from tianshou.utils.net.common import Recurrent
from torch.utils.tensorboard import SummaryWriter


class ElevatorEnv(gym.Env):
    """Call buttons light up for one step only, so the controller must remember them."""

    def __init__(self, floors=6, horizon=150):
        self.floors = floors
        self.horizon = horizon
        self.observation_space = spaces.Box(0.0, 1.0, (2 * floors,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.car = 0
        self.waiting = np.zeros(self.floors)
        self.new_calls = np.zeros(self.floors)
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        if action == 0:
            self.car = max(0, self.car - 1)
        elif action == 1:
            self.car = min(self.floors - 1, self.car + 1)
        reward = 0.0
        if action == 2 and self.waiting[self.car]:
            reward = 1.0
            self.waiting[self.car] = 0.0
        self.new_calls = (self.np_random.random(self.floors) < 0.04).astype(np.float64)
        self.waiting = np.maximum(self.waiting, self.new_calls)
        reward -= 0.02 * float(self.waiting.sum())
        self.t += 1
        return self._obs(), reward, False, self.t >= self.horizon, {}

    def _obs(self):
        position = np.zeros(self.floors)
        position[self.car] = 1.0
        return np.concatenate([position, self.new_calls]).astype(np.float32)


class BestKeeper:
    """Remembers the weights of the best test result."""

    def __init__(self, path):
        self.path = path
        self.weights = None
        self.count = 0

    def save(self, policy):
        self.weights = copy.deepcopy(policy.state_dict())
        self.count += 1
        torch.save(self.weights, self.path)

    def restore(self, policy):
        if self.weights is not None:
            policy.load_state_dict(self.weights)


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--gamma", type=float, default=0.97)
    parser.add_argument("--stack", type=int, default=16)
    parser.add_argument("--epoch", type=int, default=30)
    parser.add_argument("--step-per-epoch", type=int, default=20_000)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--final-episodes", type=int, default=100)
    parser.add_argument("--logdir", default="log/elevator")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return parser.parse_args()


def main():
    args = get_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    train_envs = DummyVectorEnv([ElevatorEnv for _ in range(8)])
    test_envs = DummyVectorEnv([ElevatorEnv for _ in range(10)])
    env = ElevatorEnv()
    os.makedirs(args.logdir, exist_ok=True)

    net = Recurrent(1, env.observation_space.shape, env.action_space.n, args.device, args.hidden).to(args.device)
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    policy = DQNPolicy(net, optim, args.gamma, estimation_step=3, target_update_freq=500)
    buffer = VectorReplayBuffer(100_000, buffer_num=8, stack_num=args.stack, ignore_obs_next=True)
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs)

    keeper = BestKeeper(os.path.join(args.logdir, "best.pth"))

    def train_fn(epoch, env_step):
        policy.set_eps(max(0.05, 1.0 - env_step / 100_000))

    def test_fn(epoch, env_step):
        policy.set_eps(0.0)

    policy.set_eps(1.0)
    train_collector.collect(n_step=args.batch_size * 8)
    result = offpolicy_trainer(
        policy,
        train_collector,
        test_collector,
        args.epoch,
        args.step_per_epoch,
        80,
        20,
        args.batch_size,
        update_per_step=0.1,
        train_fn=train_fn,
        test_fn=test_fn,
        save_best_fn=keeper.save,
        logger=TensorboardLogger(SummaryWriter(args.logdir)),
    )
    print(result)

    keeper.restore(policy)
    policy.eval()
    policy.set_eps(0.0)
    test_collector.reset()
    final = test_collector.collect(n_episode=args.final_episodes)
    print(f"best policy (saved {keeper.count} times): {final['rew']:.2f} +- {final['rew_std']:.2f}")


if __name__ == "__main__":
    main()
