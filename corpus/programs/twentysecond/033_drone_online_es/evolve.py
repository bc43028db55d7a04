import argparse
import pickle

import numpy as np
from joblib import Parallel, delayed

from pilot import Pilot
from sim import RaceTrack


class Drone:
    """One drone that stays in the air for the whole run and tries candidates one after another."""

    def __init__(self, seed):
        self.track = RaceTrack(seed)
        self.pilot = Pilot(RaceTrack.N_OBS, RaceTrack.N_ACT)
        self.obs = self.track.observe()

    def try_candidate(self, genome, ticks):
        self.pilot.set_genome(genome)
        total = 0.0
        for _ in range(ticks):
            action = self.pilot(self.obs)
            self.obs, reward = self.track.step(action)
            total += reward
        return total / ticks


def fly_batch(drone, genomes, ticks):
    scores = [drone.try_candidate(g, ticks) for g in genomes]
    return drone, scores


def centered_ranks(x):
    ranks = np.empty(len(x))
    ranks[np.argsort(x)] = np.arange(len(x))
    return ranks / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--drones", type=int, default=8)
    ap.add_argument("--per-drone", type=int, default=6)
    ap.add_argument("--ticks", type=int, default=400)
    ap.add_argument("--generations", type=int, default=600)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.03)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    rng = np.random.default_rng(args.seed)
    drones = [Drone(args.seed + i) for i in range(args.drones)]
    theta = drones[0].pilot.get_genome()
    momentum = np.zeros_like(theta)
    n_pairs = args.drones * args.per_drone // 2

    with Parallel(n_jobs=args.drones) as pool:
        for gen in range(args.generations):
            noise = rng.standard_normal((n_pairs, theta.size)).astype(np.float32)
            noise = np.concatenate([noise, -noise])
            order = rng.permutation(len(noise))
            chunks = np.array_split(order, args.drones)
            results = pool(
                delayed(fly_batch)(d, theta + args.sigma * noise[c], args.ticks)
                for d, c in zip(drones, chunks)
            )
            drones = [r[0] for r in results]
            scores = np.empty(len(noise))
            for c, (_, s) in zip(chunks, results):
                scores[c] = s
            grad = centered_ranks(scores) @ noise / (len(noise) * args.sigma)
            momentum = 0.9 * momentum + 0.1 * grad
            theta = theta * 0.9995 + args.lr * momentum
            if gen % 10 == 0:
                print(f"gen {gen:4d} mean {scores.mean():+.3f} max {scores.max():+.3f}")
                with open("pilot.pkl", "wb") as f:
                    pickle.dump(theta, f)


if __name__ == "__main__":
    main()
