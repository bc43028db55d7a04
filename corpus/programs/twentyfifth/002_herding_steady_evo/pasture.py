"""Steady-state evolution of a herding dog on one never-ending pasture."""
import numpy as np
import torch
import torch.nn as nn

from genome import DogGenome

SLICE = 400


class DogBrain(nn.Module):
    def __init__(self, n_obs=6, width=24):
        super().__init__()
        self.width = width
        self.rnn = nn.RNNCell(n_obs, width)
        self.legs = nn.Linear(width, 2)

    def forward(self, obs, h):
        h = self.rnn(obs, h)
        return torch.tanh(self.legs(h)), h


class Pasture:
    def __init__(self, n=25, seed=0):
        self.rng = np.random.default_rng(seed)
        self.sheep = self.rng.uniform(-40, 40, (n, 2))
        self.dog = np.zeros(2)

    def observe(self):
        c = self.sheep.mean(0)
        far = self.sheep[np.argmax(np.linalg.norm(self.sheep - c, axis=1))]
        return np.concatenate([c - self.dog, far - self.dog, self.dog]).astype(np.float32) / 40

    def tick(self, move):
        self.dog = np.clip(self.dog + 1.5 * move, -60, 60)
        away = self.sheep - self.dog
        d = np.linalg.norm(away, axis=1, keepdims=True) + 1e-6
        push = np.where(d < 12, away / d, 0.0)
        self.sheep = np.clip(self.sheep + push + self.rng.normal(0, 0.3, self.sheep.shape), -60, 60)
        return -float(np.linalg.norm(self.sheep - self.sheep.mean(0), axis=1).mean())


def pick(pop, rng, k=3):
    group = rng.choice(len(pop), size=k, replace=False)
    return max((pop[i] for i in group), key=lambda g: g.fitness)


def worst(pop):
    return min(range(len(pop)), key=lambda i: pop[i].fitness)


def main(ticks=2_000_000, pop_size=30, seed=4):
    rng = np.random.default_rng(seed)
    field = Pasture(seed=seed)
    brain = DogBrain()
    waiting = [DogGenome.random(brain, rng) for _ in range(pop_size)]
    pop = []

    current = waiting.pop()
    current.express(brain)
    h = torch.zeros(1, brain.width)
    total = 0.0
    for t in range(1, ticks + 1):
        obs = torch.from_numpy(field.observe())[None]
        with torch.no_grad():
            move, h = brain(obs, h)
        total += field.tick(move[0].numpy())

        if t % SLICE == 0:
            current.fitness = total / SLICE
            if len(pop) < pop_size:
                pop.append(current)
            else:
                pop[worst(pop)] = current
            if waiting:
                current = waiting.pop()
            else:
                current = pick(pop, rng).cross(pick(pop, rng), rng).mutate(rng)
            current.express(brain)
            total = 0.0
        if t % (SLICE * 50) == 0 and pop:
            best = max(pop, key=lambda g: g.fitness)
            print(f"tick {t} best #{best.uid} {best.fitness:.3f}")


if __name__ == "__main__":
    main()
