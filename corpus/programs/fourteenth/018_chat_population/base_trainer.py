import copy
import random


class PopulationTrainer:
    """Things that all members of a population have in common. Subclasses train and know what to explore."""

    def __init__(self, uid, hparams):
        self.uid = uid
        self.hparams = hparams
        self.fitness = 0.0
        self.peers = []

    def join(self, peers):
        self.peers = [p for p in peers if p is not self]

    def maybe_exploit(self, margin=0.1):
        rival = random.choice(self.peers)
        if rival.fitness < self.fitness + margin:
            return
        self.policy.load_state_dict(rival.policy.state_dict())
        self.hparams = copy.copy(rival.hparams)
        self.fitness = rival.fitness
        self.explore()

    def explore(self):
        raise NotImplementedError

    def train(self):
        raise NotImplementedError
