import random
from collections import deque

import ray


@ray.remote
class ParamServer:
    def __init__(self):
        self.version, self.params = 0, None

    def put(self, params):
        self.version += 1
        self.params = params

    def get(self, have):
        if self.params is None or have == self.version:
            return have, None
        return self.version, self.params


@ray.remote
class Replay:
    def __init__(self, capacity):
        self.blocks = deque(maxlen=capacity)

    def add(self, block):
        self.blocks.append(block)

    def sample(self, n):
        if len(self.blocks) < 4 * n:
            return None
        return random.sample(self.blocks, n)

    def size(self):
        return len(self.blocks)
