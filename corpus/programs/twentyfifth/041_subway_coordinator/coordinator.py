import argparse
from concurrent.futures import ThreadPoolExecutor

import torch

from model import Agent
from worker import RolloutWorker, Station


class Coordinator:
    """Every agent sees every station: the agents go round the stations like a carousel."""

    def __init__(self, n_agents, n_stations, fragment, lr):
        self.agents = [Agent(f"agent{i}", Station.OBS, Station.ACTIONS, lr) for i in range(n_agents)]
        self.workers = [RolloutWorker(i, fragment) for i in range(n_stations)]
        self.threads = ThreadPoolExecutor(n_stations)
        self.turn = 0

    def assignment(self):
        n = len(self.agents)
        return [self.agents[(i + self.turn) % n] for i in range(len(self.workers))]

    def round(self):
        who = self.assignment()
        for worker, agent in zip(self.workers, who):
            worker.set_weights(agent.get_weights())
        batches = list(self.threads.map(RolloutWorker.sample, self.workers))
        for agent, batch in zip(who, batches):
            agent.update(batch)
        self.turn += 1

    def run(self, rounds):
        for i in range(rounds):
            self.round()
            if i % 100 == 0:
                print(i, {a.name: round(a.score, 3) for a in self.agents})


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--agents", type=int, default=4)
    ap.add_argument("--stations", type=int, default=8)
    ap.add_argument("--fragment", type=int, default=50)
    ap.add_argument("--rounds", type=int, default=10000)
    ap.add_argument("--lr", type=float, default=5e-4)
    a = ap.parse_args()
    c = Coordinator(a.agents, a.stations, a.fragment, a.lr)
    c.run(a.rounds)
    best = max(c.agents, key=lambda ag: ag.score)
    torch.save(best.net.state_dict(), best.name + ".pt")
