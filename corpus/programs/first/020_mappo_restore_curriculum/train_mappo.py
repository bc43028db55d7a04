import argparse
import sys

from marl.runner import Runner
from spread_env import VecSpread


class SpreadRunner(Runner):
    def train(self):
        self.policy.actor_optimizer.zero_grad()
        # ppo update lives in the C++ ext
        import ppo_ext
        ppo_ext.update(self.policy)


def parse(argv):
    p = argparse.ArgumentParser()
    p.add_argument("--hidden_size", type=int, default=64)
    p.add_argument("--recurrent_N", type=int, default=1)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--n_rollout_threads", type=int, default=32)
    p.add_argument("--episode_length", type=int, default=25)
    p.add_argument("--num_env_steps", type=float, default=1e7)
    p.add_argument("--model_dir", default=None)
    p.add_argument("--curriculum", action="store_true")
    p.add_argument("--promote_at", type=float, default=0.8)
    p.add_argument("--expert_root", default="experts")
    return p.parse_args(argv)


if __name__ == "__main__":
    a = parse(sys.argv[1:])
    envs = VecSpread(a.n_rollout_threads)
    SpreadRunner({"all_args": a, "envs": envs, "num_agents": 3}).run()
