import argparse
import random

from member import Member


def exploit_and_explore(population, frac=0.25):
    ranked = sorted(population, key=lambda m: m.fitness, reverse=True)
    k = max(1, int(len(ranked) * frac))
    for loser in ranked[-k:]:
        winner = random.choice(ranked[:k])
        loser.net.load_state_dict(winner.net.state_dict())
        loser.opt.load_state_dict(winner.opt.state_dict())
        loser.set_lr(winner.lr * random.choice([0.8, 1.25]))
        loser.entropy = winner.entropy * random.choice([0.8, 1.25])
        loser.fitness = winner.fitness
        print(f"member {loser.idx} <- member {winner.idx} (lr={loser.lr:.2e})")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--population", type=int, default=8)
    p.add_argument("--chunks", type=int, default=4000)
    p.add_argument("--chunk-len", type=int, default=30)
    p.add_argument("--exploit-every", type=int, default=200)
    args = p.parse_args()

    pop = [
        Member(i, lr=10 ** random.uniform(-4, -3), entropy=10 ** random.uniform(-3, -1.5))
        for i in range(args.population)
    ]
    for chunk in range(1, args.chunks + 1):
        for m in pop:
            m.train_chunk(args.chunk_len)
        if chunk % args.exploit_every == 0:
            exploit_and_explore(pop)
            best = max(pop, key=lambda m: m.fitness)
            print(f"chunk {chunk}: best member {best.idx} fitness {best.fitness:.3f}")


if __name__ == "__main__":
    main()
