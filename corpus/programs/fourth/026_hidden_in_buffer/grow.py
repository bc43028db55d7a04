import argparse
import pathlib
import random

from gardener.member import Member


def main():
    ap = argparse.ArgumentParser(description="Population based training of greenhouse controllers")
    ap.add_argument("--members", type=int, default=10)
    ap.add_argument("--rounds", type=int, default=300)
    ap.add_argument("--updates", type=int, default=50)
    ap.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("pop"))
    args = ap.parse_args()
    args.folder.mkdir(exist_ok=True)
    rng = random.Random(0)
    members = [Member(i, lr=10 ** rng.uniform(-4, -2.5)) for i in range(args.members)]
    for rnd in range(args.rounds):
        for m in members:
            m.train(args.updates)
            m.save_member(args.folder)
        order = sorted(members, key=lambda m: m.score)
        for worst in order[: len(order) // 5]:
            donor = rng.choice(order[-(len(order) // 5) :])
            worst.load_member(args.folder / f"m{donor.index}.pt", rng)
        print(rnd, " ".join(f"{m.score:.3f}" for m in members))


if __name__ == "__main__":
    main()
