import argparse
import multiprocessing as mp
import pickle
import random

import cma
import numpy as np

import worker


def get_args():
    ap = argparse.ArgumentParser(description="CMA-ES for the damping controller of a wave buoy")
    ap.add_argument("--sigma", type=float, default=0.3)
    ap.add_argument("--popsize", type=int, default=32)
    ap.add_argument("--seas", type=int, default=6)
    ap.add_argument("--seconds", type=int, default=120)
    ap.add_argument("--procs", type=int, default=mp.cpu_count())
    ap.add_argument("--resume")
    return ap.parse_args()


def main():
    a = get_args()
    if a.resume:
        with open(a.resume, "rb") as f:
            es = pickle.load(f)
    else:
        es = cma.CMAEvolutionStrategy(np.zeros(worker.count()), a.sigma,
                                      {"popsize": a.popsize, "maxiter": 800, "CMA_diagonal": 100})
    held_out = list(range(10_000, 10_020))
    with mp.Pool(a.procs, initializer=worker.boot, initargs=(a.seconds,)) as pool:
        while not es.stop():
            xs = es.ask()
            seeds = random.sample(range(10_000), a.seas)
            fits = pool.map(worker.loss, [(x, seeds) for x in xs], chunksize=1)
            es.tell(xs, fits)
            if es.countiter % 10 == 0:
                test = pool.apply(worker.loss, ((es.mean, held_out),))
                print(f"{es.countiter:4d}  train {-min(fits):.2f}  mean on held out seas {-test:.2f}  sigma {es.sigma:.3f}")
                with open("buoy_cma.pkl", "wb") as f:
                    pickle.dump(es, f)
    np.save("buoy_best.npy", es.result.xbest)


if __name__ == "__main__":
    main()
