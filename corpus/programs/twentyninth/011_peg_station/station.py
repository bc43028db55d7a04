import sys
import time

import numpy as np
import requests

from peg_agent import PegAgent

RATE = 0.02
SPEED = np.array([0.01, 0.01, 0.01, 0.05, 0.05, 0.05])


class SimArm:
    """Stand-in for the arm driver: a stiff hole with some clearance."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def fetch_peg(self):
        self.pose = np.concatenate([self.rng.normal(0, 0.002, 2), [0.02], self.rng.normal(0, 0.02, 3)])

    def read(self):
        off = np.hypot(*self.pose[:2])
        touching = self.pose[2] < 0.0 and off > 0.0005
        force = np.zeros(6)
        if touching:
            force[:2] = -self.pose[:2] * 2000.0
            force[2] = -self.pose[2] * 5000.0
        return force / 20.0 + self.rng.normal(0, 0.01, 6), self.pose.copy()

    def twist(self, cmd):
        off = np.hypot(*self.pose[:2])
        step = cmd * SPEED * RATE
        if self.pose[2] <= 0.0 and off > 0.0005:
            step[2] = max(step[2], 0.0)
        self.pose = self.pose + step

    def seated(self):
        return self.pose[2] < -0.015


def insert_one(arm, agent, budget=60.0, renew_every=250):
    arm.fetch_peg()
    agent.begin_part()
    for tick in range(int(budget / RATE)):
        if tick and tick % renew_every == 0:
            try:
                if agent.renew():
                    print("  renewed at tick", tick)
            except requests.RequestException as err:
                print("  server:", err)
        wrench, pose = arm.read()
        arm.twist(agent.command(wrench, pose))
        if arm.seated():
            return tick * RATE
    return None


def main(url):
    arm, agent = SimArm(), PegAgent(url)
    agent.renew()
    times, lost = [], 0
    while True:
        took = insert_one(arm, agent)
        if took is None:
            lost += 1
        else:
            times.append(took)
        print("parts %d lost %d mean %.1fs" % (len(times) + lost, lost, np.mean(times) if times else 0.0))
        time.sleep(0.5)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://trainer:8000/peg/latest.pt")
