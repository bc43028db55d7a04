import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "src"))

import numpy as np
import torch

from seqrl.actor import EpsilonActor
from seqrl.buffers import PrioritizedSequences
from seqrl.learner import SeqLearner


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--steps", type=int, default=400_000)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--min-size", type=int, default=400)
    ap.add_argument("--out", default="seq.pt")
    args = ap.parse_args()
    learner = SeqLearner(4, 4)
    actors = [EpsilonActor(learner, 0.5 ** (1 + i), seed=i) for i in range(args.actors)]
    replay = PrioritizedSequences(20_000, 20)
    loss = float("nan")
    for step in range(args.steps):
        for actor in actors:
            seq = actor.step()
            if seq is not None:
                replay.add(seq)
        if len(replay) >= args.min_size and step % 4 == 0:
            idx, seqs, w = replay.sample(args.batch)
            prios, loss = learner.update(seqs, w)
            replay.update(idx, prios)
        if step % 5000 == 0:
            recent = [np.mean(a.returns[-20:]) for a in actors if a.returns]
            print(f"{step} updates {learner.updates} loss {loss:.4f} returns {np.round(recent, 2)}")
    torch.save(learner.online.state_dict(), args.out)


if __name__ == "__main__":
    main()
