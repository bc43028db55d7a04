import argparse
import sys
from pathlib import Path

import torch
from rsl_rl.runners import OnPolicyRunner

from go2_tasks import GAIT_CFGS, make_task


class GaitSwitcher:
    """keys: t(rot), p(ace), b(ound)"""

    KEYS = {"t": "trot", "p": "pace", "b": "bound"}

    def __init__(self, env, runner, root):
        self.env, self.runner, self.root = env, runner, Path(root)
        self.gait = None
        self.policy = None

    def select(self, gait):
        if gait == self.gait:
            return
        ck = max((self.root / gait).glob("model_*.pt"), key=lambda p: int(p.stem.split("_")[1]))
        self.runner.load(str(ck), load_optimizer=False)
        self.policy = self.runner.get_inference_policy(device=self.env.device)
        self.runner.alg.policy.reset()
        self.gait = gait
        print("gait:", gait, ck.name)

    def poll(self, keyboard):
        k = keyboard.get()
        if k in self.KEYS:
            self.select(self.KEYS[k])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--root", default="logs/go2")
    ap.add_argument("--num_envs", type=int, default=1)
    ap.add_argument("--gait", default="trot", choices=sorted(GAIT_CFGS))
    args = ap.parse_args()
    env, keyboard = make_task("flat", args.num_envs, viewer=True)
    cfg = dict(GAIT_CFGS[args.gait])
    cfg["policy"] = {**cfg["policy"], "class_name": "ActorCriticRecurrent", "rnn_type": "gru", "rnn_hidden_dim": 128, "rnn_num_layers": 1}
    runner = OnPolicyRunner(env, cfg, log_dir=None, device=env.device)
    sw = GaitSwitcher(env, runner, args.root)
    sw.select(args.gait)
    obs, _ = env.get_observations()
    with torch.inference_mode():
        while not env.viewer_closed():
            sw.poll(keyboard)
            act = sw.policy(obs)
            obs, _, dones, infos = env.step(act)
            runner.alg.policy.reset(dones)
    return 0


if __name__ == "__main__":
    sys.exit(main())
