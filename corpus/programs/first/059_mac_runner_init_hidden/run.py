import argparse
import os
from types import SimpleNamespace as SN

import numpy as np
import torch as th
import yaml

from components.episode_buffer import EpisodeBatch, ReplayBuffer
from controllers.n_mac import NMAC
from envs import REGISTRY as env_REGISTRY


class EpisodeRunner:
    def __init__(self, args, logger):
        self.args, self.logger = args, logger
        self.env = env_REGISTRY[args.env](**args.env_args)
        self.episode_limit = self.env.episode_limit
        self.t = self.t_env = 0
        self.returns = []

    def setup(self, scheme, mac):
        self.new_batch = lambda: EpisodeBatch(scheme, 1, self.episode_limit + 1)
        self.mac = mac

    def run(self, test_mode=False):
        self.batch = self.new_batch()
        self.env.reset()
        self.t = 0
        self.mac.init_hidden(batch_size=1)
        terminated, ret = False, 0
        while not terminated:
            self.batch.update({"obs": [self.env.get_obs()], "avail": [self.env.get_avail_actions()]}, ts=self.t)
            actions = self.mac.select_actions(self.batch, t_ep=self.t, t_env=self.t_env, test_mode=test_mode)
            r, terminated, _ = self.env.step(actions[0])
            ret += r
            self.t += 1
        if not test_mode:
            self.t_env += self.t
        self.returns.append(ret)
        return self.batch


def evaluate_checkpoints(args, runner, mac):
    root = args.checkpoint_path
    for name in sorted((d for d in os.listdir(root) if d.isdigit()), key=int):
        mac.load_models(os.path.join(root, name))
        runner.returns.clear()
        for _ in range(args.test_nepisode):
            runner.run(test_mode=True)
        print(name, np.mean(runner.returns), np.std(runner.returns))


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--config", default="config/qmix.yaml")
    p.add_argument("--checkpoint_path", required=True)
    ns = p.parse_args()
    with open(ns.config) as f:
        args = SN(**yaml.safe_load(f), checkpoint_path=ns.checkpoint_path)
    runner = EpisodeRunner(args, None)
    scheme = {"obs": {"vshape": runner.env.get_obs_size(), "group": "agents"}}
    mac = NMAC(scheme, args)
    runner.setup(scheme, mac)
    with th.no_grad():
        evaluate_checkpoints(args, runner, mac)
