import argparse
import pickle

import cma
import numpy as np
import torch

from pilot import Pilot
from sim import ParagliderSim

parser = argparse.ArgumentParser(description="CMA-ES, every candidate flies some minutes of the running flight")
parser.add_argument("--generations", type=int, default=300)
parser.add_argument("--popsize", type=int, default=24)
parser.add_argument("--sigma", type=float, default=0.3)
parser.add_argument("--seconds", type=int, default=180)
parser.add_argument("--save", default="es.pkl")


class FlightTest:
    def __init__(self, seconds):
        self.seconds = seconds
        self.sim = ParagliderSim()
        self.pilot = Pilot()
        self.flights = 0
        self.launch()

    def launch(self):
        self.sample = self.sim.launch()
        self.pilot.wake_up()
        self.flights += 1

    def rate(self, genome):
        """Mean climb of the candidate over its share of the flight."""
        self.pilot.set_genome(genome)
        climb = 0.0
        with torch.no_grad():
            for _ in range(self.seconds):
                brakes, bar = self.pilot(torch.tensor(self.sample)).tolist()
                self.sample, landed = self.sim.step(brakes, bar)
                climb += self.sim.climb
                if landed:
                    climb -= 100.0
                    self.launch()
        return climb / self.seconds


def main():
    args = parser.parse_args()
    test = FlightTest(args.seconds)
    es = cma.CMAEvolutionStrategy(test.pilot.genome(), args.sigma, {"popsize": args.popsize})
    for generation in range(args.generations):
        candidates = es.ask()
        climbs = [test.rate(c) for c in candidates]
        es.tell(candidates, [-c for c in climbs])
        print(f"generation {generation}: climb mean {np.mean(climbs):+.2f} best {max(climbs):+.2f} m/s, "
              f"{test.flights} flights, sigma {es.sigma:.3f}")
        if generation % 20 == 0:
            with open(args.save, "wb") as f:
                pickle.dump(es, f)
    np.save("pilot.npy", es.result.xfavorite)


if __name__ == "__main__":
    main()
