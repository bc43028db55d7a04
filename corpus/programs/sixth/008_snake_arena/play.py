"""Neuro-evolution in a running arena. The weakest brain is overwritten by a mutant of the strongest every GEN ticks."""
import sys

import numpy as np
import torch

from arena import Arena
from brain import SnakeBrain, rider

N, GEN, EPS, NOISE = 16, 600, 0.02, 0.03


def mutant(parent, gen):
    return {k: v + NOISE * torch.randn(v.shape, generator=gen) for k, v in parent.state_dict().items()}


def main(ticks):
    g = torch.Generator().manual_seed(11)
    rng = np.random.default_rng(11)
    arena = Arena(N)
    brains = [SnakeBrain() for _ in range(N)]
    riders = [rider(b, rng, EPS) for b in brains]
    for r in riders:
        next(r)
    gain = np.zeros(N)
    for t in range(1, ticks + 1):
        turns = [r.send(arena.view(i)) for i, r in enumerate(riders)]
        rew, dead = arena.tick(turns)
        for i in dead:
            riders[i].send(None)
        gain = 0.995 * gain + rew
        if t % GEN == 0:
            order = np.argsort(gain)
            for lo, hi in zip(order[: N // 4], order[::-1]):
                brains[lo].load_state_dict(mutant(brains[hi], g))
                gain[lo] = gain.mean()
            print(t, "best %.2f" % gain.max(), "longest", max(len(b) for b in arena.bodies))
    torch.save(brains[int(gain.argmax())].state_dict(), "snake.pt")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
