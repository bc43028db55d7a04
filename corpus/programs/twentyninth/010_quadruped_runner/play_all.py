import argparse
import glob
import os
import re

import torch

from on_policy_runner import OnPolicyRunner


class VelocityTask:
    num_obs, num_actions, max_episode_length = 6, 3, 300

    def __init__(self, num_envs):
        self.num_envs = num_envs
        self.vel = torch.zeros(num_envs, 3)
        self.cmd = torch.zeros(num_envs, 3)
        self.friction = torch.ones(num_envs, 1)
        self.buf = torch.zeros(num_envs)

    def reset(self):
        self._reset_idx(torch.ones(self.num_envs, dtype=torch.bool))
        return self._obs()

    def _reset_idx(self, which):
        k = int(which.sum())
        self.vel[which] = 0.0
        self.cmd[which] = torch.rand(k, 3) * 2 - 1
        self.friction[which] = torch.rand(k, 1) * 0.8 + 0.4
        self.buf[which] = 0

    def _obs(self):
        return torch.cat([self.vel + 0.05 * torch.randn_like(self.vel), self.cmd], -1)

    def step(self, actions):
        self.vel = 0.9 * self.vel + 0.2 * self.friction * actions.clamp(-1, 1)
        self.buf += 1
        err = (self.vel - self.cmd).square().sum(-1)
        dones = self.buf >= self.max_episode_length
        self._reset_idx(dones)
        return self._obs(), torch.exp(-4 * err), dones, {}


@torch.no_grad()
def play(env, policy, steps):
    obs = env.reset()
    total = 0.0
    for _ in range(steps):
        obs, rew, dones, _ = env.step(policy.act_inference(obs))
        policy.reset(dones)
        total += rew.mean().item()
    return total / steps


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", default="logs/velocity")
    parser.add_argument("--train", type=int, default=0)
    parser.add_argument("--num_envs", type=int, default=64)
    args = parser.parse_args()
    cfg = dict(learning_rate=1e-3, num_steps_per_env=24, gamma=0.99, lam=0.95, num_learning_epochs=4, save_interval=50)
    os.makedirs(args.run, exist_ok=True)
    runner = OnPolicyRunner(VelocityTask(args.num_envs), cfg, args.run)
    if args.train:
        runner.learn(args.train)
    files = glob.glob(os.path.join(args.run, "model_*.pt"))
    for path in sorted(files, key=lambda f: int(re.findall(r"\d+", f)[-1])):
        runner.load(path, load_optimizer=False)
        runner.policy.reset()
        print(os.path.basename(path), round(play(runner.env, runner.policy, 600), 4))
