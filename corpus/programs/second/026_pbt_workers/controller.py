import argparse
import multiprocessing as mp
import random

from pbtw.messages import ADOPT, SEND, STOP, TRAIN, Command
from pbtw.worker import worker_main


def explore(hyper, rng):
    out = dict(hyper)
    for key in out:
        if key == "gamma":
            out[key] = min(0.999, 1 - (1 - out[key]) * rng.choice([0.8, 1.25]))
        else:
            out[key] *= rng.choice([0.8, 1.25])
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=6)
    ap.add_argument("--rounds", type=int, default=100)
    ap.add_argument("--updates", type=int, default=100)
    args = ap.parse_args()
    ctx = mp.get_context("spawn")
    rng = random.Random(0)
    inboxes = [ctx.Queue() for _ in range(args.workers)]
    outboxes = [ctx.Queue() for _ in range(args.workers)]
    procs = []
    for i in range(args.workers):
        hyper = {"lr": 10 ** rng.uniform(-4, -2), "ent": 10 ** rng.uniform(-3, -1), "gamma": 0.99}
        p = ctx.Process(target=worker_main, args=(i, hyper, inboxes[i], outboxes[i], args.updates), daemon=True)
        p.start()
        procs.append(p)
    for rnd in range(args.rounds):
        for box in inboxes:
            box.put(Command(TRAIN))
        reports = sorted((box.get() for box in outboxes), key=lambda r: r.score)
        print(rnd, [(r.worker, round(r.score, 1)) for r in reports])
        quarter = max(1, args.workers // 4)
        for loser, winner in zip(reports[:quarter], reversed(reports[-quarter:])):
            inboxes[winner.worker].put(Command(SEND))
            weights = outboxes[winner.worker].get()
            inboxes[loser.worker].put(Command(ADOPT, weights, explore(winner.hyper, rng)))
    for box in inboxes:
        box.put(Command(STOP))
    for p in procs:
        p.join(timeout=10)


if __name__ == "__main__":
    main()
