import argparse
import os
import random
import time
from collections import deque

import numpy as np
import torch
import torch.nn as nn

SPECIES = ["acropora", "porites", "montipora", "bleached", "sand"]


def make_reef(n, rng):
    reef = []
    cur = rng.randrange(len(SPECIES))
    for _ in range(n):
        if rng.random() < 0.25:
            cur = rng.randrange(len(SPECIES))
        reef.append(cur)
    return reef


class SurveyPolicy(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(len(SPECIES), 32)
        self.cell = nn.LSTMCell(33, 80)
        self.q = nn.Linear(80, 2)

    def forward(self, sp, air, state):
        z = torch.cat([self.emb(sp), air], 1)
        state = self.cell(z, state)
        return self.q(state[0]), state


class CheckpointReader:
    def __init__(self, path):
        self.path = path
        self.seen = None

    def sync(self, net):
        """returns True if there were new weights"""
        try:
            st = os.stat(self.path)
        except FileNotFoundError:
            return False
        tag = (st.st_mtime_ns, st.st_size)
        if tag == self.seen:
            return False
        net.load_state_dict(torch.load(self.path, map_location="cpu")["policy"])
        self.seen = tag
        return True


@torch.no_grad()
def dive(net, rng, length=200):
    reef = make_reef(length, rng)
    state = (torch.zeros(1, 80), torch.zeros(1, 80))
    air, pos, score = 1.0, 0, 0.0
    found = set()
    while pos < length and air > 0:
        q, state = net(torch.tensor([reef[pos]]), torch.tensor([[air]]), state)
        if q.argmax(1).item() == 1:
            score += 1.0 if reef[pos] not in found else 0.1
            found.add(reef[pos])
            air -= 0.02
        pos += 1
        air -= 0.003
    return score


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("--dives", type=int, default=8)
    ap.add_argument("--sleep", type=float, default=20)
    ap.add_argument("--max-rounds", type=int, default=1000)
    args = ap.parse_args()

    rng = random.Random(7)
    net = SurveyPolicy().eval()
    reader = CheckpointReader(args.checkpoint)
    recent = deque(maxlen=50)

    for rnd in range(args.max_rounds):
        fresh = reader.sync(net)
        if not fresh and rnd > 0:
            time.sleep(args.sleep)
            continue
        for _ in range(args.dives):
            # the trainer is quick, so look again before each dive
            reader.sync(net)
            recent.append(dive(net, rng))
        print(f"round {rnd} mean {np.mean(recent):.3f} std {np.std(recent):.3f}")


if __name__ == "__main__":
    main()
