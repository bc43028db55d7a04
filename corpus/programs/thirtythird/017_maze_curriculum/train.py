import argparse
import os
from collections import deque

import torch
import yaml

import envs
from agents import GRUAgent


class Curriculum:
    """Raises the stage when enough mazes are solved; each stage begins from the best net of the last."""

    def __init__(self, agent, env, out_dir, threshold=0.85, last_stage=4):
        self.agent, self.env = agent, env
        self.out_dir, self.threshold, self.last_stage = out_dir, threshold, last_stage
        self.window = deque(maxlen=400)
        self.best = 0.0

    def path(self):
        return os.path.join(self.out_dir, "stage%d.pt" % self.env.stage)

    def report(self, dones, solved):
        self.window.extend(float(s) for d, s in zip(dones, solved) if d)

    def check(self):
        if len(self.window) < self.window.maxlen:
            return
        rate = sum(self.window) / len(self.window)
        if rate > self.best:
            self.best = rate
            self.agent.save(self.path(), stage=self.env.stage, rate=rate)
        if self.best >= self.threshold and rate < self.best - 0.02 and self.env.stage < self.last_stage:
            self.agent.load(self.path())
            self.env.set_stage(self.env.stage + 1)
            self.window.clear()
            self.best = 0.0
            print("stage", self.env.stage)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--config", default=None)
    ap.add_argument("--resume", default=None)
    cli = ap.parse_args()
    cfg = {"env": "maze", "num_envs": 32, "unroll": 16, "updates": 40000, "seed": 4, "out": "runs/maze"}
    if cli.config:
        with open(cli.config) as fh:
            cfg.update(yaml.safe_load(fh) or {})
    torch.manual_seed(cfg["seed"])
    os.makedirs(cfg["out"], exist_ok=True)
    env = envs.make(cfg["env"], num_envs=cfg["num_envs"], seed=cfg["seed"])
    agent = GRUAgent(env.obs_dim, env.n_actions, cfg["num_envs"])
    if cli.resume:
        env.set_stage(agent.load(cli.resume)["stage"])
    curriculum = Curriculum(agent, env, cfg["out"])
    obs = env.reset()
    for update in range(cfg["updates"]):
        for _ in range(cfg["unroll"]):
            actions = agent.act(obs)
            obs, rewards, dones, solved = env.step(actions)
            agent.observe(rewards, dones)
            curriculum.report(dones, solved)
        agent.learn(obs)
        curriculum.check()
    agent.save(os.path.join(cfg["out"], "last.pt"), stage=env.stage, rate=curriculum.best)


if __name__ == "__main__":
    main()
