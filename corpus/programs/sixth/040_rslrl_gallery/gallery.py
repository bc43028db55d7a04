# Plays a whole training run of a quadruped as a film: every saved iteration walks for some seconds.
import argparse

from isaaclab.app import AppLauncher

parser = argparse.ArgumentParser()
parser.add_argument("--task", default="Isaac-Velocity-Rough-Anymal-D-v0")
parser.add_argument("--run", required=True)
parser.add_argument("--seconds", type=float, default=6.0)
parser.add_argument("--stride", type=int, default=5)
AppLauncher.add_app_launcher_args(parser)
args = parser.parse_args()
app = AppLauncher(args).app

import glob  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402

import gymnasium as gym  # noqa: E402
import torch  # noqa: E402
from isaaclab_rl.rsl_rl import RslRlVecEnvWrapper  # noqa: E402
from isaaclab_tasks.utils import load_cfg_from_registry, parse_env_cfg  # noqa: E402
from rsl_rl.runners import OnPolicyRunner  # noqa: E402


def iteration(path):
    return int(re.search(r"model_(\d+)\.pt$", path).group(1))


class Film:
    def __init__(self, env, runner, seconds):
        self.env = env
        self.runner = runner
        self.n = int(seconds / env.unwrapped.step_dt)
        self.frames = []

    @property
    def brain(self):
        return self.runner.alg.policy

    def scene(self, ckpt, obs):
        """One checkpoint. The robots go on from where the last scene left them."""
        self.runner.load(ckpt, load_optimizer=False)
        act = self.runner.get_inference_policy(device=self.env.device)
        self.brain.reset()
        reward = torch.zeros(self.env.num_envs, device=self.env.device)
        for _ in range(self.n):
            with torch.inference_mode():
                obs, rew, dones, _ = self.env.step(act(obs))
                self.brain.reset(dones)
            reward += rew
        self.frames.append((iteration(ckpt), reward.mean().item()))
        return obs


def main():
    env_cfg = parse_env_cfg(args.task, device="cuda:0", num_envs=16)
    agent_cfg = load_cfg_from_registry(args.task, "rsl_rl_recurrent_cfg_entry_point")
    env = RslRlVecEnvWrapper(gym.make(args.task, cfg=env_cfg))
    runner = OnPolicyRunner(env, agent_cfg.to_dict(), log_dir=None, device="cuda:0")
    ckpts = sorted(glob.glob(os.path.join(args.run, "model_*.pt")), key=iteration)[:: args.stride]
    film = Film(env, runner, args.seconds)
    obs = env.get_observations()
    for c in ckpts:
        obs = film.scene(c, obs)
    for it, rew in film.frames:
        print(f"{it:6d} {rew:8.2f}")
    env.close()


if __name__ == "__main__":
    main()
    app.close()
