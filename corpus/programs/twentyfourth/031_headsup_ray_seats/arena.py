"""Rank a population of heads-up players: every member is handed to all seats in turn."""
import argparse
import glob
import os
import random

import ray
import torch

from nets import HandReader
from table import HeadsUpTable


@ray.remote(num_cpus=1)
class Seat:
    def __init__(self, seed):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.table = HeadsUpTable(seed)
        self.net = HandReader().eval()
        self.hc = self.net.blank()
        self.obs = self.table.reset()

    def sit_down(self, weights):
        self.net.load_state_dict(weights)

    @torch.no_grad()
    def play(self, decisions):
        chips, hands = 0.0, 0
        for _ in range(decisions):
            logits, self.hc = self.net(self.obs, self.hc)
            action = torch.distributions.Categorical(logits=logits).sample().item()
            self.obs, won, over = self.table.step(action)
            if over:
                chips += won
                hands += 1
                self.obs = self.table.reset()
                self.hc = self.net.blank()
        return chips, hands


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("members", help="directory with one .pt per member")
    ap.add_argument("--seats", type=int, default=8)
    ap.add_argument("--decisions", type=int, default=50)
    ap.add_argument("--rounds", type=int, default=200)
    args = ap.parse_args()

    ray.init()
    members = {}
    for path in sorted(glob.glob(os.path.join(args.members, "*.pt"))):
        members[os.path.basename(path)] = ray.put(torch.load(path, map_location="cpu"))
    seats = [Seat.remote(i) for i in range(args.seats)]
    total = {name: [0.0, 0] for name in members}

    for rnd in range(args.rounds):
        order = list(members)
        random.shuffle(order)
        for name in order:
            ray.get([s.sit_down.remote(members[name]) for s in seats])
            for chips, hands in ray.get([s.play.remote(args.decisions) for s in seats]):
                total[name][0] += chips
                total[name][1] += hands

    for name, (chips, hands) in sorted(total.items(), key=lambda kv: -kv[1][0] / max(1, kv[1][1])):
        print(f"{name:30s} {100 * chips / max(1, hands):8.1f} chips/100 over {hands} hands")


if __name__ == "__main__":
    main()
