import argparse

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from crossing import Crossing
from policy import LightPolicy


def fitness(genome, policy, crossing, ticks):
    vector_to_parameters(genome, policy.parameters())
    waiting = 0.0
    for _ in range(ticks):
        waiting += crossing.tick(policy.decide(crossing.sensors()))
    return -waiting / ticks


def tournament(pop, scores, k=3):
    idx = torch.randint(len(pop), (k,))
    return pop[max(idx.tolist(), key=lambda i: scores[i])]


def crossover(a, b):
    mask = torch.rand_like(a) < 0.5
    return torch.where(mask, a, b)


def mutate(g, rate, sigma):
    hit = (torch.rand_like(g) < rate).float()
    return g + hit * sigma * torch.randn_like(g)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("-p", "--pop", type=int, default=40)
    ap.add_argument("-g", "--generations", type=int, default=200)
    ap.add_argument("-t", "--ticks", type=int, default=600)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--out", default="lights.pt")
    args = ap.parse_args()

    torch.manual_seed(0)
    policy = LightPolicy()
    crossing = Crossing(seed=5)
    base = parameters_to_vector(policy.parameters()).detach().clone()
    pop = [base + 0.3 * torch.randn_like(base) for _ in range(args.pop)]
    with torch.no_grad():
        for gen in range(args.generations):
            scores = [fitness(g, policy, crossing, args.ticks) for g in pop]
            order = sorted(range(len(pop)), key=lambda i: scores[i], reverse=True)
            print(f"gen {gen}: best {scores[order[0]]:.2f} mean {sum(scores) / len(scores):.2f}")
            elite = [pop[i] for i in order[:4]]
            children = []
            while len(children) < args.pop - len(elite):
                child = crossover(tournament(pop, scores), tournament(pop, scores))
                children.append(mutate(child, 0.1, args.sigma))
            torch.save(elite[0], args.out)
            pop = elite + children


if __name__ == "__main__":
    main()
