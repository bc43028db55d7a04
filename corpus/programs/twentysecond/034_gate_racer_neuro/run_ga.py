import json
from dataclasses import asdict, dataclass
from typing import Dict, List

import numpy as np
import torch
from joblib import Parallel, delayed

from racer_net import RacerNet, crossover, diversity, express, mutate, random_genes


@dataclass
class GAConfig:
    population: int = 96
    elite: int = 8
    generations: int = 300
    workers: int = 12
    courses: int = 3
    max_ticks: int = 500
    rate: float = 0.1
    seed: int = 3


class Course:
    def __init__(self, seed: int, max_ticks: int) -> None:
        rng = np.random.default_rng(seed)
        self.gates = np.cumsum(rng.normal([4, 0, 0], [1, 2, 0.7], (15, 3)), axis=0)
        self.max_ticks = max_ticks

    def restart(self) -> np.ndarray:
        self.pos, self.vel, self.gate, self.tick = np.zeros(3), np.zeros(3), 0, 0
        return self.sense()

    def sense(self) -> np.ndarray:
        return np.concatenate([self.gates[self.gate] - self.pos, self.vel, self.pos * 0.05, [self.gate / 15]])

    def advance(self, u: np.ndarray):
        self.vel = 0.95 * self.vel + u[:3] * (1.0 + 0.5 * u[3])
        self.pos = self.pos + 0.1 * self.vel
        self.tick += 1
        gap = np.linalg.norm(self.gates[self.gate] - self.pos)
        reward = -0.002 * gap
        if gap < 0.8:
            reward += 1.0
            self.gate += 1
        finished = self.gate == len(self.gates)
        if finished:
            self.gate -= 1
            reward += (self.max_ticks - self.tick) / self.max_ticks
        return self.sense(), reward, finished or gap > 20 or self.tick >= self.max_ticks


def race(net: RacerNet, course: Course) -> float:
    sensors, over, score = course.restart(), False, 0.0
    net.init_hidden()
    while not over:
        sensors, r, over = course.advance(net.act(sensors))
        score += r
    return score


def heat(batch: List[Dict[str, np.ndarray]], seeds: List[int], max_ticks: int) -> List[float]:
    torch.set_num_threads(1)
    net = RacerNet()
    courses = [Course(s, max_ticks) for s in seeds]
    out = []
    for genes in batch:
        express(net, genes)
        out.append(float(np.mean([race(net, c) for c in courses])))
    return out


def main(cfg: GAConfig = GAConfig()) -> None:
    rng = np.random.default_rng(cfg.seed)
    population = [random_genes(rng) for _ in range(cfg.population)]
    log = []
    for gen in range(cfg.generations):
        seeds = rng.integers(0, 1_000_000, cfg.courses).tolist()
        batches = [population[i::cfg.workers] for i in range(cfg.workers)]
        parts = Parallel(n_jobs=cfg.workers)(delayed(heat)(b, seeds, cfg.max_ticks) for b in batches)
        flat = [(s, g) for p, b in zip(parts, batches) for s, g in zip(p, b)]
        flat.sort(key=lambda t: t[0], reverse=True)
        elite = [g for _, g in flat[: cfg.elite]]
        log.append({"gen": gen, "best": flat[0][0], "median": flat[len(flat) // 2][0], "div": diversity(population)})
        print(log[-1])
        children = []
        while len(children) < cfg.population - cfg.elite:
            a, b = rng.choice(cfg.elite, 2, replace=False)
            children.append(mutate(crossover(elite[a], elite[b], rng), rng, cfg.rate * 0.995 ** gen))
        population = elite + children
    np.savez("champion.npz", **population[0])
    with open("ga_log.json", "w") as f:
        json.dump({"config": asdict(cfg), "log": log}, f)


if __name__ == "__main__":
    main()
