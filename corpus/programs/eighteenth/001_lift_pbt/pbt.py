import argparse
import multiprocessing as mp
import random

from worker import run_worker


def mutate(hp):
    out = dict(hp)
    out["lr"] = hp["lr"] * random.choice([0.8, 1.25])
    out["ent"] = hp["ent"] * random.choice([0.8, 1.25])
    return out


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--workers", type=int, default=8)
    p.add_argument("--rounds", type=int, default=5000)
    p.add_argument("--steps", type=int, default=64)
    p.add_argument("--every", type=int, default=20, help="rounds between exploits")
    args = p.parse_args()

    hps = [{"lr": 10 ** random.uniform(-4, -2.5), "ent": 0.01, "gamma": 0.99} for _ in range(args.workers)]
    pipes, procs = [], []
    for i in range(args.workers):
        ours, theirs = mp.Pipe()
        proc = mp.Process(target=run_worker, args=(i, theirs, hps[i], args.steps))
        proc.start()
        pipes.append(ours)
        procs.append(proc)

    avg = [0.0] * args.workers
    for rnd in range(1, args.rounds + 1):
        for i, conn in enumerate(pipes):
            _, score = conn.recv()
            avg[i] = 0.95 * avg[i] + 0.05 * score
        if rnd == args.rounds:
            for conn in pipes:
                conn.send(("stop", None))
            break
        moves = {}
        if rnd % args.every == 0:
            order = sorted(range(args.workers), key=lambda i: avg[i])
            moves[order[0]] = order[-1]
        for dst, src in moves.items():
            pipes[src].send(("give", None))
            _, weights = pipes[src].recv()
            hps[dst] = mutate(hps[src])
            avg[dst] = avg[src]
            pipes[dst].send(("take", (weights, hps[dst])))
            print(f"round {rnd}: worker {dst} copies {src} ({avg[src]:.3f}), lr={hps[dst]['lr']:.2e}")
        for i, conn in enumerate(pipes):
            if i not in moves:
                conn.send(("go", None))
    for proc in procs:
        proc.join()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
