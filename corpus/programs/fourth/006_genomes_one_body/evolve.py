import argparse
import pickle

import numpy as np

from genes.body import Creature
from genes.population import Population
from genes.world import Meadow

parser = argparse.ArgumentParser()
parser.add_argument("--pop", type=int, default=48)
parser.add_argument("--generations", type=int, default=400)
parser.add_argument("--trial", type=int, default=150, help="steps a genome lives")
parser.add_argument("--elite-trials", type=int, default=5)
parser.add_argument("--seed", type=int, default=0)


def live(creature, world, steps):
    """The meadow never ends: each genome goes on where the last one stood."""
    eaten = 0.0
    for _ in range(steps):
        eaten += world.move(creature.decide(world.look()))
    return eaten


def rank_elite(elite, creature, world, args):
    """The best few again, from scratch, to see who was merely lucky."""
    scores = []
    for genome in elite:
        creature.wear(genome)
        got = []
        for _ in range(args.elite_trials):
            world.restart()
            creature.calm()
            got.append(live(creature, world, args.trial))
        scores.append(np.mean(got))
    return scores


def main():
    args = parser.parse_args()
    world = Meadow(seed=args.seed)
    creature = Creature(world.n_sensors, world.n_moves)
    pop = Population(args.pop, creature.n_genes, seed=args.seed)
    world.restart()
    for gen in range(args.generations):
        fitness = np.zeros(args.pop)
        for i, genome in enumerate(pop.genomes):
            creature.wear(genome)
            fitness[i] = live(creature, world, args.trial)
        if gen % 10 == 9:
            best = np.argsort(-fitness)[:4]
            again = rank_elite(pop.genomes[best], creature, world, args)
            fitness[best] = again
            print(f"gen {gen + 1}: mean {fitness.mean():.2f}, elite {np.round(again, 2)}")
            with open("elite.pkl", "wb") as f:
                pickle.dump(pop.genomes[best], f)
        pop.next(fitness)


if __name__ == "__main__":
    main()
