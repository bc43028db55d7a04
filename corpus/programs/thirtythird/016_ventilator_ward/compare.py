"""Runs several checkpoints on the same ward, one after the other."""
import sys

import torch

from agent import WardAgent, discharge
from ward import Ward


@torch.no_grad()
def run(agent, hours=2000, beds=32, seed=99):
    ward = Ward(beds, seed=seed)
    obs = ward.open()
    charts = agent.empty_beds(beds)
    total, leavers = 0.0, 0
    for _ in range(hours):
        dist, _, charts = agent(obs, charts)
        obs, r, out = ward.step(dist.probs.argmax(-1))
        charts = discharge(charts, out)
        total += r.sum().item()
        leavers += int(out.sum())
    return total / max(leavers, 1)


def main(paths):
    agent = WardAgent(Ward.n_obs, Ward.n_act)
    agent.eval()
    table = {}
    for path in paths:
        agent.load_state_dict(torch.load(path, map_location="cpu"))
        table[path] = run(agent)
    for path, score in sorted(table.items(), key=lambda kv: -kv[1]):
        print("%-30s %.3f" % (path, score))


if __name__ == "__main__":
    main(sys.argv[1:])
