import argparse
import time
from pathlib import Path

import torch

from actor_critic_recurrent import ActorCriticRecurrent
from biped_vec import BipedVec

SKILLS = {"stand": 0.0, "walk": 0.6, "jog": 1.4, "back": -0.4}


class PlayRunner:
    def __init__(self, env, policy_cfg, device="cpu"):
        self.env = env
        self.device = device
        self.actor_critic = ActorCriticRecurrent(env.num_obs, env.num_obs, env.num_actions, **policy_cfg).to(device)
        self.current_learning_iteration = 0

    def load(self, path):
        loaded_dict = torch.load(path, map_location=self.device)
        self.actor_critic.load_state_dict(loaded_dict["model_state_dict"])
        self.current_learning_iteration = loaded_dict["iter"]
        return loaded_dict.get("infos")

    def get_inference_policy(self):
        self.actor_critic.eval()
        return self.actor_critic.act_inference


def newest(folder: Path) -> Path:
    return max(folder.glob("model_*.pt"), key=lambda p: int(p.stem.split("_")[1]))


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--logs", type=Path, default=Path("logs/biped"))
    p.add_argument("--skills", nargs="+", default=list(SKILLS), choices=list(SKILLS))
    p.add_argument("--num_envs", type=int, default=32)
    p.add_argument("--hold_s", type=float, default=6.0, help="seconds a skill is shown")
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--device", default="cpu")
    p.add_argument("--real_time", action="store_true")
    return p.parse_args()


def play(args):
    env = BipedVec(args.num_envs, args.device)
    runner = PlayRunner(env, {"rnn_type": "lstm", "rnn_hidden_size": 256}, args.device)
    paths = {s: newest(args.logs / s) for s in args.skills}
    policy = runner.get_inference_policy()
    obs = env.reset()
    hold = int(args.hold_s / env.dt)
    with torch.inference_mode():
        for _ in range(args.rounds):
            for skill in args.skills:
                runner.load(paths[skill])
                env.command.fill_(SKILLS[skill])
                total, falls = 0.0, 0
                for _ in range(hold):
                    began = time.time()
                    actions = policy(obs)
                    obs, rewards, dones, extras = env.step(actions)
                    runner.actor_critic.reset(dones)
                    total += rewards.mean().item()
                    falls += extras["fell"]
                    if args.real_time:
                        time.sleep(max(0.0, env.dt - (time.time() - began)))
                print(f"{skill:6s} it {runner.current_learning_iteration:6d}  reward/step {total / hold:.3f}  falls {falls}")


if __name__ == "__main__":
    play(get_args())
