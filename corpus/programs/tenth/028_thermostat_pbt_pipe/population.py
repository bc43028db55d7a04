import math
import random
import sys

from torch.multiprocessing import Pipe, Process

from agent import ThermostatAgent

GENERATION = 1000
DAY = 288


class House:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.reset()

    def reset(self):
        self.k = 0
        self.inside = self.r.uniform(16, 22)
        self.outside = self.r.uniform(-5, 12)
        return self.obs()

    def obs(self):
        ph = 2 * math.pi * self.k / DAY
        return [self.inside / 25, self.outside / 25, math.sin(ph), math.cos(ph)]

    def step(self, level):
        self.inside += 0.3 * level - 0.02 * (self.inside - self.outside)
        self.outside += self.r.gauss(0, 0.1)
        self.k += 1
        cost = abs(self.inside - 20) * 0.1 + 0.05 * level
        return self.obs(), -cost, self.k == DAY


def member(conn, seed, lr):
    house = House(seed)
    agent = ThermostatAgent(lr)
    obs = house.obs()
    while True:
        cmd, payload = conn.recv()
        if cmd == "train":
            total = 0.0
            for _ in range(payload):
                obs, reward, done = house.step(agent.act(obs))
                agent.observe(reward, done)
                total += reward
                if done:
                    obs = house.reset()
            conn.send((total / payload, agent.lr))
        elif cmd == "get":
            conn.send(agent.export())
        elif cmd == "exploit":
            agent.adopt(payload["weights"], payload["lr"])
        elif cmd == "quit":
            conn.close()
            return


def main(n=6, gens=100):
    pipes, procs = [], []
    for i in range(n):
        here, there = Pipe()
        p = Process(target=member, args=(there, i, 10 ** random.uniform(-4, -2.5)))
        p.start()
        pipes.append(here)
        procs.append(p)
    for g in range(gens):
        for c in pipes:
            c.send(("train", GENERATION))
        scores = [c.recv() for c in pipes]
        order = sorted(range(n), key=lambda i: scores[i][0])
        bad, good = order[0], order[-1]
        pipes[good].send(("get", None))
        weights = pipes[good].recv()
        lr = scores[good][1] * random.choice([0.7, 1.4])
        pipes[bad].send(("exploit", {"weights": weights, "lr": lr}))
        print(g, "copied", good, "->", bad, scores[good][0])
    for c, p in zip(pipes, procs):
        c.send(("quit", None))
        p.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
