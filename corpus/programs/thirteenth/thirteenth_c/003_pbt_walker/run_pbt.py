import argparse
from pathlib import Path

from member import HParams, Member


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="BipedalWalker-v3")
    ap.add_argument("--population", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--interval", type=int, default=4096)
    ap.add_argument("--out", type=Path, default=Path("pbt_out"))
    args = ap.parse_args()
    args.out.mkdir(exist_ok=True)

    pop = [Member(i, args.env, args.out, HParams().perturbed()) for i in range(args.population)]
    cut = max(1, args.population // 4)
    for rnd in range(args.rounds):
        for m in pop:
            m.train(args.interval)
            m.save()
        ranked = sorted(pop, key=lambda m: m.fitness, reverse=True)
        for loser, winner in zip(ranked[-cut:], ranked[:cut]):
            loser.exploit(winner.ckpt)
            print(f"[{rnd}] {loser.uid} <- {winner.uid}  {loser.hp}")
        print(f"[{rnd}] best {ranked[0].fitness:.1f}")


if __name__ == "__main__":
    main()
