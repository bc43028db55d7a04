"""Launch Isaac Lab first, import the rest after."""
import argparse

from isaaclab.app import AppLauncher

parser = argparse.ArgumentParser()
parser.add_argument("--task", default="Isaac-Velocity-Rough-Anymal-C-v0")
parser.add_argument("--num_envs", type=int, default=4096)
parser.add_argument("--blocks", type=int, default=40)
parser.add_argument("--iterations", type=int, default=100)
parser.add_argument("--log_dir", default="logs/anymal")
parser.add_argument("--resume", action="store_true")
parser.add_argument("--seed", type=int, default=1)
AppLauncher.add_app_launcher_args(parser)
args = parser.parse_args()
app = AppLauncher(args).app

import gymnasium as gym  # noqa: E402
import isaaclab_tasks  # noqa: E402,F401
from isaaclab_rl.rsl_rl import RslRlVecEnvWrapper  # noqa: E402
from isaaclab_tasks.utils import parse_env_cfg  # noqa: E402

from quad.runner import FallbackRunner, newest  # noqa: E402
from quad.settings import train_cfg  # noqa: E402


def main():
    env_cfg = parse_env_cfg(args.task, device=args.device, num_envs=args.num_envs)
    env_cfg.seed = args.seed
    env = RslRlVecEnvWrapper(gym.make(args.task, cfg=env_cfg))
    runner = FallbackRunner(env, train_cfg(args.seed), log_dir=args.log_dir, device=args.device)
    if args.resume:
        file = newest(args.log_dir)
        if file is not None:
            runner.load(file)
    runner.learn_in_blocks(args.blocks, args.iterations)
    env.close()


if __name__ == "__main__":
    main()
    app.close()
