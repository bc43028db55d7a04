"""Drive the loader through the stages of the yard test with the weights trained for each stage."""
import argparse
import tomllib
from dataclasses import dataclass
from pathlib import Path

import torch

from machine import WheelLoader
from rssm import LoaderAgent


@dataclass
class Stage:
    name: str
    weights: str
    target: float
    max_steps: int
    material: dict


def read_stages(path):
    with open(path, "rb") as f:
        return [Stage(**s) for s in tomllib.load(f)["stage"]]


class YardTest:
    def __init__(self, root: Path):
        self.root = root
        self.loader = WheelLoader()
        self.agent = LoaderAgent().eval()
        self.belief = self.agent.world.initial()
        self.action = torch.zeros(1, self.agent.act_dim)
        self.history = []

    @torch.no_grad()
    def tick(self):
        obs = torch.tensor([self.loader.sense()])
        self.action, self.belief = self.agent(self.belief, self.action, obs)
        return self.loader.apply(*self.action[0].tolist())

    def begin(self, stage: Stage):
        self.loader.set_material(**stage.material)
        self.agent.load_state_dict(torch.load(self.root / stage.weights, map_location="cpu"))
        print(f"--- {stage.name}: {stage.material}")

    def run(self, stages):
        for stage in stages:
            self.begin(stage)
            score, steps = 0.0, 0
            while score < stage.target and steps < stage.max_steps:
                score += self.tick()
                steps += 1
            passed = score >= stage.target
            self.history.append((stage.name, passed, steps, score))
            print(f"{stage.name:>12} {'ok' if passed else 'FAILED'} after {steps} ticks, {score:.1f}")
            if not passed:
                break
        return self.history


def main():
    p = argparse.ArgumentParser()
    p.add_argument("root", type=Path, help="folder with stages.toml and the stage weights")
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    YardTest(a.root).run(read_stages(a.root / "stages.toml"))


if __name__ == "__main__":
    main()
