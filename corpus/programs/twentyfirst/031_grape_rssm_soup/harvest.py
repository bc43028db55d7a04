"""Drive the harvester down the rows of a block plan.

plan.json: [{"row": 12, "variety": "riesling", "vines": 140}, ...]
models/<variety>/*.pt: the last few checkpoints for that variety
"""
import json
import sys
from glob import glob

import torch

from arm import Arm
from rssm import PickerModel


def soup(paths):
    """Uniform average of the checkpoints."""
    avg = None
    for p in paths:
        sd = torch.load(p, map_location="cpu")["model"]
        if avg is None:
            avg = {k: v.clone().float() for k, v in sd.items()}
        else:
            for k in avg:
                avg[k] += sd[k]
    return {k: v / len(paths) for k, v in avg.items()}


class Harvester:
    def __init__(self, root="models", last=5):
        self.root = root
        self.last = last
        self.arm = Arm()
        self.model = PickerModel().eval()
        self.variety = None
        self.belief = self.model.rssm.initial(1)
        self.action = torch.zeros(1, 4)
        self.cut = 0

    def use_variety(self, variety):
        if variety == self.variety:
            return
        paths = sorted(glob(f"{self.root}/{variety}/*.pt"))[-self.last:]
        if not paths:
            raise RuntimeError(f"no checkpoints for {variety}")
        self.model.load_state_dict(soup(paths))
        self.variety = variety
        print(f"[{variety}] soup of {len(paths)} checkpoints")

    @torch.no_grad()
    def vine(self):
        for _ in range(60):
            feat = torch.as_tensor(self.arm.features(), dtype=torch.float32)[None]
            self.action, self.belief = self.model.policy(feat, self.action, self.belief)
            self.cut += self.arm.command(self.action[0].tolist())

    def row(self, entry):
        self.use_variety(entry["variety"])
        for _ in range(entry["vines"]):
            self.vine()
            self.arm.advance()


def main(plan_file):
    with open(plan_file) as f:
        plan = json.load(f)
    h = Harvester()
    for entry in plan:
        h.row(entry)
        print("row", entry["row"], "bunches so far", h.cut)


if __name__ == "__main__":
    main(sys.argv[1])
