import math
import random


class Rover:
    def __init__(self):
        self.cores = 0
        self.wake()

    def wake(self):
        self.battery = 1.0
        self.x = self.y = self.yaw = 0.0
        self.drill = 0.0
        self.slip = random.random() * 0.3

    def telemetry(self):
        ice = [random.gauss(0, 0.1) for _ in range(11)]
        return [self.battery, self.x, self.y, math.sin(self.yaw), math.cos(self.yaw), self.drill, self.slip] + ice

    def execute(self, act):
        v, w, drill = act[0], act[1], act[2]
        self.yaw += 0.1 * w
        self.x += 0.1 * v * (1 - self.slip) * math.cos(self.yaw)
        self.y += 0.1 * v * (1 - self.slip) * math.sin(self.yaw)
        self.drill = max(0.0, self.drill + 0.05 * drill)
        if self.drill > 1.0:
            self.cores += 1
            self.drill = 0.0
        self.battery -= 2e-4 * (1 + abs(v) + abs(drill))
