import argparse

import torch

from agents import PopulationAgent


class Manager:
    def __init__(self, size, quantile=0.25):
        self.members = [PopulationAgent(i) for i in range(size)]
        self.cut = max(1, int(size * quantile))
        self.calm = {m.ident: 0 for m in self.members}

    def train_all(self):
        for m in self.members:
            rate = m.work()
            self.calm[m.ident] = self.calm[m.ident] + 1 if rate < 0.01 else 0
            if self.calm[m.ident] >= 20 and m.sector.level < 5:
                m.promote()
                self.calm[m.ident] = 0

    def exploit(self):
        ranked = sorted(self.members, key=lambda m: m.score)
        for loser, winner in zip(ranked[:self.cut], ranked[-self.cut:]):
            loser.adopt(winner)
            print(f"member {loser.ident} <- {winner.ident}  level {loser.sector.level}")

    @property
    def best(self):
        return max(self.members, key=lambda m: m.score)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--members", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=4000)
    ap.add_argument("--exploit-every", type=int, default=100)
    args = ap.parse_args()
    manager = Manager(args.members)
    for r in range(1, args.rounds + 1):
        manager.train_all()
        if r % args.exploit_every == 0:
            manager.exploit()
            print(r, "best", manager.best.ident, f"{manager.best.score:.3f}")
    torch.save(manager.best.net.state_dict(), "sector.pt")


if __name__ == "__main__":
    main()
