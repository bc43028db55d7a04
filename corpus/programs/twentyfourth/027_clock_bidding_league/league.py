import copy
import random


class League:
    def __init__(self, capacity=12):
        self.capacity = capacity
        self.champions = []

    def add(self, net):
        self.champions.append(copy.deepcopy(net.state_dict()))
        if len(self.champions) > self.capacity:
            self.champions.pop(1)

    def pick(self):
        return random.choice(self.champions)
