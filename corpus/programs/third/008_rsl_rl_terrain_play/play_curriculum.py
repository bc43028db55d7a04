# Plays an agent over terrain levels of rising difficulty and logs tracking errors.
# Every level has its own fine-tuned checkpoint: <log_root>/level_<k>/model_*.pt

import argparse
import glob
import os
import re

import torch
from isaaclab.app import AppLauncher

parser = argparse.ArgumentParser(description="Play over the terrain curriculum.")
parser.add_argument("--task", type=str, required=True)
parser.add_argument("--num_envs", type=int, default=64)
parser.add_argument("--log_root", type=str, required=True)
parser.add_argument("--steps_per_level", type=int, default=500)
parser.add_argument("--levels", type=int, default=6)
parser.add_argument("--csv", type=str, default="tracking.csv")
AppLauncher.add_app_launcher_args(parser)
args_cli = parser.parse_args()
app_launcher = AppLauncher(args_cli)
simulation_app = app_launcher.app

import gymnasium as gym  # noqa: E402
import isaaclab_tasks  # noqa: E402, F401
from isaaclab_rl.rsl_rl import RslRlVecEnvWrapper  # noqa: E402
from isaaclab_tasks.utils import load_cfg_from_registry, parse_env_cfg  # noqa: E402
from rsl_rl.modules import ActorCriticRecurrent  # noqa: E402

from level_log import LevelLog  # noqa: E402


def newest(folder):
    files = glob.glob(os.path.join(folder, "model_*.pt"))
    if not files:
        raise FileNotFoundError(folder)
    return max(files, key=lambda p: int(re.search(r"model_(\d+)", p).group(1)))


def build_policy(env, agent_cfg, device):
    obs, extras = env.get_observations()
    n_critic = extras["observations"].get("critic", obs).shape[1]
    policy = ActorCriticRecurrent(
        obs.shape[1],
        n_critic,
        env.num_actions,
        actor_hidden_dims=agent_cfg["policy"]["actor_hidden_dims"],
        critic_hidden_dims=agent_cfg["policy"]["critic_hidden_dims"],
        activation=agent_cfg["policy"]["activation"],
        rnn_type="lstm",
        rnn_hidden_dim=agent_cfg["policy"].get("rnn_hidden_dim", 256),
        rnn_num_layers=1,
    ).to(device)
    policy.eval()
    return policy, obs


def put_weights(policy, path, device):
    blob = torch.load(path, map_location=device, weights_only=False)
    policy.load_state_dict(blob["model_state_dict"])
    return blob.get("iter", -1)


def main():
    env_cfg = parse_env_cfg(args_cli.task, device=args_cli.device, num_envs=args_cli.num_envs)
    agent_cfg = load_cfg_from_registry(args_cli.task, "rsl_rl_cfg_entry_point").to_dict()
    env = RslRlVecEnvWrapper(gym.make(args_cli.task, cfg=env_cfg))
    device = env.unwrapped.device
    policy, obs = build_policy(env, agent_cfg, device)
    log = LevelLog(args_cli.csv)

    level = 0
    it = put_weights(policy, newest(os.path.join(args_cli.log_root, "level_0")), device)
    print(f"level 0 starts with iteration {it}")
    step = 0
    while simulation_app.is_running():
        with torch.inference_mode():
            actions = policy.act_inference(obs)
            obs, rew, dones, infos = env.step(actions)
            policy.reset(dones)
        log.add(level, rew, dones, infos)
        step += 1
        if step % args_cli.steps_per_level == 0:
            log.close_level(level)
            level += 1
            if level >= args_cli.levels:
                break
            terrain = env.unwrapped.scene.terrain
            terrain.terrain_levels[:] = level
            it = put_weights(policy, newest(os.path.join(args_cli.log_root, f"level_{level}")), device)
            print(f"level {level} starts with iteration {it}")
    log.write()
    env.close()


if __name__ == "__main__":
    main()
    simulation_app.close()
