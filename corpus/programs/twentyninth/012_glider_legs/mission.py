from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from glider import BuoyancyNet, Core, Water

"""
plan.json: [{"leg": "dive", "depth": 90, "ticks": 1500}, {"leg": "hold", ...}, {"leg": "climb", ...}]
Each kind of leg was trained on its own and has its own weights in the folder.
"""


def fly_plan(plan: list[dict], weights: Path, water: Water) -> list[dict]:
    net = BuoyancyNet().eval()
    present = None
    core = Core.blank(net.units)
    report = []
    for leg in plan:
        if leg["leg"] != present:
            net.load_state_dict(load_file(weights / f"{leg['leg']}.safetensors"))
            core = Core.blank(net.units)
            present = leg["leg"]
        err = 0.0
        start = water.x
        for _ in range(leg["ticks"]):
            with torch.no_grad():
                out, core = net(water.sense(leg["depth"]), core)
            pump, fin = out[0].tolist()
            water.act(pump, fin)
            err += abs(water.depth - leg["depth"])
        report.append({"leg": leg["leg"], "mean_error": err / leg["ticks"], "way": water.x - start})
    return report


def main(argv: list[str]) -> int:
    if len(argv) != 3:
        print("mission.py plan.json weights/", file=sys.stderr)
        return 2
    plan = json.loads(Path(argv[1]).read_text())
    for seed in range(5):
        for line in fly_plan(plan, Path(argv[2]), Water(seed)):
            print(seed, json.dumps(line))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv))
