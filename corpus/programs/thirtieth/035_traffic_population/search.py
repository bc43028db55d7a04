import random

import torch

from member import Member

POPULATION = 8
ROUNDS = 60
CHUNKS = 25


def main():
    random.seed(0)
    torch.manual_seed(0)
    folk = [Member(i) for i in range(POPULATION)]
    for rnd in range(ROUNDS):
        for m in folk:
            for _ in range(CHUNKS):
                m.chunk()
        folk.sort(key=lambda m: m.fitness, reverse=True)
        best = folk[0]
        print("round %2d  best #%d  %.3f  lr %.5f  gamma %.2f"
              % (rnd, best.ident, best.fitness, best.lr, best.gamma))
        if rnd == ROUNDS - 1:
            break
        quarter = POPULATION // 4
        for weak in folk[-quarter:]:
            weak.take_over(random.choice(folk[:quarter]))
    torch.save(folk[0].net.state_dict(), "signal_best.pt")


if __name__ == "__main__":
    main()
