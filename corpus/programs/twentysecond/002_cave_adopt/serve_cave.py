import logging
import math
import random

import torch

from agent import CaveAgent, CaveConfig

log = logging.getLogger("cave")


class Cave:
    """Comte cave: ammonia, temperature, humidity, air speed, salt, age."""

    def start(self):
        self.hour = 0
        self.s = [0.1, 0.5, 0.9, 0.2, random.random() * 0.3, 0.0]
        return torch.tensor(self.s)

    def apply(self, valves, hours):
        v = valves.tolist()
        self.s[0] += 0.01 - 0.02 * max(v[0], 0)
        self.s[1] += 0.02 * v[1] + random.gauss(0, 0.004)
        self.s[2] += 0.02 * v[2] - 0.004 * self.s[3]
        self.s[3] = 0.9 * self.s[3] + 0.1 * abs(v[3])
        self.hour += 1
        self.s[5] = self.hour / hours
        reward = math.exp(-10 * (self.s[1] - 0.55) ** 2 - 20 * (self.s[2] - 0.93) ** 2) - self.s[0]
        return torch.tensor(self.s), reward, self.hour >= hours


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    cfg = CaveConfig()
    agent = CaveAgent(cfg)
    cave = Cave()
    for wheel in range(cfg.wheels):
        sensors = cave.start()
        agent.begin()
        over, score = False, 0.0
        while not over:
            if cave.hour % cfg.poll == 0 and agent.adopt():
                log.info("batch %d hour %d: adopted %s", wheel, cave.hour, agent.current)
            sensors, reward, over = cave.apply(agent.act(sensors), cfg.hours)
            agent.feedback(reward)
            score += reward
        log.info("batch %d finished, score %.3f", wheel, score)


if __name__ == "__main__":
    main()
