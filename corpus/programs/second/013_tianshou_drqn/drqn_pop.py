import argparse
import logging
import pprint
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent
from torch.utils.tensorboard import SummaryWriter


class MarshEnv(gym.Env):
    """A hunter looks for a hidden prey; the prey leaves a scent that fades."""

    metadata = {"render_modes": ["ansi"]}

    def __init__(self, size=10, max_steps=150, prey_speed=0.4):
        super().__init__()
        self.size = size
        self.max_steps = max_steps
        self.prey_speed = prey_speed
        self.action_space = gym.spaces.Discrete(5)
        self.observation_space = gym.spaces.Box(-1.0, 1.0, shape=(9 + 2,), dtype=np.float32)
        self.scent = np.zeros((size, size), dtype=np.float32)
        self.hunter = np.zeros(2, dtype=np.int64)
        self.prey = np.zeros(2, dtype=np.int64)
        self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.scent[:] = 0.0
        self.hunter = self.np_random.integers(0, self.size, size=2)
        self.prey = self.np_random.integers(0, self.size, size=2)
        self.steps = 0
        return self._obs(), {}

    def _obs(self):
        padded = np.pad(self.scent, 1, constant_values=-1.0)
        r, c = self.hunter
        patch = padded[r : r + 3, c : c + 3].ravel()
        where = self.hunter / (self.size - 1) * 2.0 - 1.0
        return np.concatenate([patch, where]).astype(np.float32)

    def _shift(self, who, action):
        moves = {0: (0, 0), 1: (-1, 0), 2: (1, 0), 3: (0, -1), 4: (0, 1)}
        return np.clip(who + np.array(moves[int(action)]), 0, self.size - 1)

    def prey_action(self):
        if self.np_random.random() > self.prey_speed:
            return 0
        return int(self.np_random.integers(1, 5))

    def step(self, action):
        self.steps += 1
        self.hunter = self._shift(self.hunter, action)
        self.prey = self._shift(self.prey, self.prey_action())
        self.scent *= 0.92
        self.scent[tuple(self.prey)] = 1.0
        caught = bool((self.hunter == self.prey).all())
        reward = 1.0 if caught else -0.01
        return self._obs(), reward, caught, self.steps >= self.max_steps, {"caught": caught}

    def render(self):
        rows = [["." for _ in range(self.size)] for _ in range(self.size)]
        rows[self.prey[0]][self.prey[1]] = "p"
        rows[self.hunter[0]][self.hunter[1]] = "H"
        return "\n".join("".join(r) for r in rows)


class Worker:
    """One DRQN with its own collector."""

    def __init__(self, name, args, lr, seed):
        self.name = name
        self.lr = lr
        self.envs = DummyVectorEnv([lambda: MarshEnv(size=args.size) for _ in range(args.training_num)])
        self.envs.seed(seed)
        space = self.envs.action_space[0]
        self.net = Recurrent(args.layers, (11,), space.n, device=args.device, hidden_layer_size=args.hidden).to(args.device)
        self.optim = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.policy = DQNPolicy(
            model=self.net,
            optim=self.optim,
            action_space=space,
            discount_factor=args.gamma,
            estimation_step=args.n_step,
            target_update_freq=args.target_update,
        )
        self.buffer = VectorReplayBuffer(args.buffer, buffer_num=args.training_num, stack_num=args.stack, ignore_obs_next=True)
        self.collector = Collector(self.policy, self.envs, self.buffer, exploration_noise=True)
        self.returns = []
        self.env_steps = 0

    def score(self, n=60):
        return float(np.mean(self.returns[-n:])) if self.returns else -np.inf

    def set_lr(self, lr):
        self.lr = lr
        for group in self.optim.param_groups:
            group["lr"] = lr


def epsilon(step, args):
    frac = min(1.0, step / args.eps_steps)
    return args.eps_start + frac * (args.eps_end - args.eps_start)


def test(worker, args):
    envs = DummyVectorEnv([lambda: MarshEnv(size=args.size) for _ in range(args.test_num)])
    collector = Collector(worker.policy, envs)
    worker.policy.eval()
    worker.policy.set_eps(0.02)
    collector.reset()
    result = collector.collect(n_episode=args.test_num * 2)
    worker.policy.train()
    return float(result.returns.mean())


def get_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--size", type=int, default=8)
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--training-num", type=int, default=8)
    ap.add_argument("--test-num", type=int, default=10)
    ap.add_argument("--layers", type=int, default=1)
    ap.add_argument("--hidden", type=int, default=128)
    ap.add_argument("--stack", type=int, default=8)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--n-step", type=int, default=3)
    ap.add_argument("--target-update", type=int, default=400)
    ap.add_argument("--buffer", type=int, default=60_000)
    ap.add_argument("--batch-size", type=int, default=64)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--chunks", type=int, default=50)
    ap.add_argument("--step-per-collect", type=int, default=40)
    ap.add_argument("--updates-per-collect", type=int, default=4)
    ap.add_argument("--eps-start", type=float, default=1.0)
    ap.add_argument("--eps-end", type=float, default=0.05)
    ap.add_argument("--eps-steps", type=int, default=60_000)
    ap.add_argument("--logdir", default="log/drqn_pop")
    ap.add_argument("--device", default="cpu")
    return ap.parse_args()


def main():
    args = get_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.info(pprint.pformat(vars(args)))
    writer = SummaryWriter(args.logdir)
    rng = np.random.default_rng(0)
    workers = [Worker(f"w{i}", args, lr=float(10 ** rng.uniform(-4, -2.5)), seed=i * 31) for i in range(args.workers)]

    for w in workers:
        w.policy.set_eps(1.0)
        w.collector.reset()
        w.collector.collect(n_step=args.batch_size * args.stack)

    for rnd in range(args.rounds):
        for w in workers:
            losses = []
            for _ in range(args.chunks):
                w.policy.set_eps(epsilon(w.env_steps, args))
                stats = w.collector.collect(n_step=args.step_per_collect)
                w.env_steps += stats.n_collected_steps
                if stats.n_collected_episodes:
                    w.returns.extend(stats.returns.tolist())
                for _ in range(args.updates_per_collect):
                    out = w.policy.update(args.batch_size, w.buffer)
                    losses.append(out.loss)
            writer.add_scalar(f"{w.name}/loss", float(np.mean(losses)), w.env_steps)
            writer.add_scalar(f"{w.name}/return", w.score(), w.env_steps)

        ranking = sorted(workers, key=Worker.score)
        worst, best = ranking[0], ranking[-1]
        if rnd % 5 == 4 and best.score() > worst.score() + 0.1:
            worst.policy.load_state_dict(best.policy.state_dict())
            worst.set_lr(best.lr * float(rng.choice([0.8, 1.25])))
            logging.info("round %d: %s <- %s, lr %.1e", rnd, worst.name, best.name, worst.lr)
        if rnd % 20 == 19:
            value = test(best, args)
            writer.add_scalar("test/return", value, rnd)
            torch.save(best.policy.state_dict(), Path(args.logdir) / "best.pth")
            logging.info("round %d: test %.3f", rnd, value)


if __name__ == "__main__":
    main()
