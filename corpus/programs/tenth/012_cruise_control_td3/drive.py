import random

import torch

from td3 import TD3Agent


class Car:
    def reset(self):
        self.k, self.v, self.slope, self.engine = 0, 20.0, 0.0, 0.0
        self.goal = random.uniform(18, 33)
        return self.obs()

    def obs(self):
        return torch.tensor([(self.v - self.goal) / 10, self.goal / 30, self.v / 30])

    def step(self, pedal):
        self.k += 1
        self.slope = 0.98 * self.slope + random.gauss(0, 0.05)
        self.engine += 0.2 * (pedal - self.engine)
        self.v = max(0.0, self.v + 0.3 * self.engine - 0.0003 * self.v**2 - 0.1 * self.slope)
        return self.obs(), -abs(self.v - self.goal) / 10, self.k >= 250


def main():
    agent, car, trips = TD3Agent(), Car(), []
    for trip in range(2000):
        o, done, off = car.reset(), False, 0
        agent.new_trip()
        rows = []
        while not done:
            u = agent.pedal(o, noise=0.1)
            o2, r, done = car.step(u)
            rows.append((o, torch.tensor([u]), torch.tensor([r]), o2))
            o = o2
            off = off + 1 if abs(car.v - car.goal) > 12 else 0
            if off == 40:
                agent.fall_back()
        trips.append(tuple(torch.stack(col) for col in zip(*rows)))
        trips = trips[-400:]
        total = sum(float(row[2]) for row in rows)
        if total > -30:
            agent.mark_safe()
        if len(trips) >= 16:
            for _ in range(12):
                picked = random.sample(trips, 16)
                agent.learn(*(torch.stack(col) for col in zip(*picked)))
        if trip % 20 == 0:
            print(f"trip {trip} return {total:.1f}")


if __name__ == "__main__":
    main()
