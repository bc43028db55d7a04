import argparse
import math
import time

import numpy as np

from pilot import SlalomPilot


class SlalomCourse:
    def __init__(self, gates=18, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n = gates

    def reset(self):
        self.gates = np.stack([np.arange(1, self.n + 1) * 12.0, self.rng.uniform(-5, 5, self.n)], 1)
        self.pos, self.yaw, self.vel, self.spin = np.zeros(2), 0.0, 1.0, 0.0
        self.g, self.missed, self.clock = 0, 0, 0.0
        self.current = self.rng.normal(0, 0.4, 8)
        return self.sense()

    def sense(self):
        gate = self.gates[min(self.g, self.n - 1)] - self.pos
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        rel = [gate[0] * c + gate[1] * s, gate[1] * c - gate[0] * s]
        return np.array([rel[0] / 10, rel[1] / 10, c, s, self.vel, self.spin, self.g / self.n], np.float32)

    def step(self, left, right, dt=0.1):
        self.vel += dt * (left + right - 0.5 * self.vel)
        self.spin += dt * (2 * (left - right) - self.spin)
        self.yaw += dt * self.spin
        drift = self.current[int(self.pos[0] // 30) % 8]
        self.pos += dt * np.array([self.vel * math.cos(self.yaw) + 1.2, self.vel * math.sin(self.yaw) + drift])
        self.clock += dt
        if self.pos[0] > self.gates[self.g, 0]:
            self.missed += abs(self.pos[1] - self.gates[self.g, 1]) > 0.8
            self.g += 1
        return self.sense(), self.g >= self.n or self.clock > 300


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("folder")
    ap.add_argument("--runs", type=int, default=100)
    ap.add_argument("--poll", type=float, default=2.0, help="seconds between looks at the folder")
    args = ap.parse_args()

    course, pilot = SlalomCourse(), SlalomPilot(args.folder)
    looked = 0.0
    for run in range(args.runs):
        obs, over = course.reset(), False
        pilot.restart()
        while not over:
            if time.monotonic() - looked > args.poll:
                looked = time.monotonic()
                if pilot.look_for_new_weights():
                    print(f"  new weights at gate {course.g}")
            obs, over = course.step(*pilot(obs))
        print(f"run {run}: {course.clock + 50 * course.missed:.1f} s with {course.missed} missed gates")


if __name__ == "__main__":
    main()
