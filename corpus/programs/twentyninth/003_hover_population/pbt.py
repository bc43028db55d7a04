import random
from multiprocessing import get_context

from member import member_main


def explore(hyper):
    return {
        "lr": hyper["lr"] * random.choice([0.8, 1.25]),
        "beta": hyper["beta"] * random.choice([0.8, 1.25]),
        "gamma": min(0.999, max(0.9, 1 - (1 - hyper["gamma"]) * random.choice([0.8, 1.25]))),
    }


def ask(pipe, order, payload=None):
    pipe.send((order, payload))
    return pipe.recv()


def main(size=8, rounds=150, updates=60):
    ctx = get_context("spawn")
    pipes, procs = [], []
    for i in range(size):
        here, there = ctx.Pipe()
        hyper = {"lr": 10 ** random.uniform(-4, -2.5), "beta": 0.01, "gamma": 0.98}
        proc = ctx.Process(target=member_main, args=(there, i, hyper), daemon=True)
        proc.start()
        pipes.append(here)
        procs.append(proc)

    for rnd in range(rounds):
        for p in pipes:
            p.send(("advance", updates))
        fitness = [p.recv() for p in pipes]
        order = sorted(range(size), key=fitness.__getitem__)
        quarter = max(1, size // 4)
        for loser in order[:quarter]:
            winner = random.choice(order[-quarter:])
            arrays, hyper = ask(pipes[winner], "genes")
            ask(pipes[loser], "inherit", (arrays, explore(hyper)))
        print(rnd, "best %.1f worst %.1f" % (fitness[order[-1]], fitness[order[0]]))

    for p, proc in zip(pipes, procs):
        p.send(("quit", None))
        proc.join()


if __name__ == "__main__":
    main()
