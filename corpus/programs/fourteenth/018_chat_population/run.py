import random
import sys

import torch

from dialogue_trainer import DialogueTrainer


def main(size=6, rounds=1000):
    random.seed(4)
    torch.manual_seed(4)
    members = [DialogueTrainer(i) for i in range(size)]
    for m in members:
        m.join(members)
    for rnd in range(rounds):
        for m in members:
            m.train()
        if rnd >= 20:
            for m in members:
                m.maybe_exploit()
        best = max(members, key=lambda m: m.fitness)
        print(f"round {rnd} best {best.uid} {best.fitness:.3f} {best.hparams}")
    torch.save(best.policy.state_dict(), "booking.pt")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
