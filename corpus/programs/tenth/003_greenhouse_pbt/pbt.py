import argparse
import random

from member import Member


def explore(hyper):
    return {k: v * random.choice([0.8, 1.25]) for k, v in hyper.items()}


def exploit(population, quantile=0.25):
    ranked = sorted(population, key=lambda m: m.fitness, reverse=True)
    n = max(1, int(len(ranked) * quantile))
    for loser in ranked[-n:]:
        winner = random.choice(ranked[:n])
        loser.net.load_state_dict(winner.net.state_dict())
        loser.hyper = explore(winner.hyper)
        for group in loser.opt.param_groups:
            group["lr"] = loser.hyper["lr"]
        loser.fitness = winner.fitness
        print(f"  member {loser.idx} copies {winner.idx} -> {loser.hyper}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--population", type=int, default=8)
    parser.add_argument("--chunks", type=int, default=5000)
    parser.add_argument("--interval", type=int, default=50)
    args = parser.parse_args()
    population = [Member(i, lr=10 ** random.uniform(-4, -2.5)) for i in range(args.population)]
    for chunk in range(1, args.chunks + 1):
        for member in population:
            member.train_chunk()
        if chunk % args.interval == 0:
            print(chunk, [round(m.fitness, 3) for m in population])
            exploit(population)


if __name__ == "__main__":
    main()
