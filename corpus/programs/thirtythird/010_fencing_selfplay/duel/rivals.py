import random
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO


class RandomRival:
    def __init__(self, n_actions):
        self.n_actions = n_actions

    def choose(self, obs):
        return random.randrange(self.n_actions)


class RecurrentRival:
    def __init__(self, path):
        self.policy = RecurrentPPO.load(path, device="cpu").policy
        self.memory = None
        self.first = True

    def choose(self, obs):
        action, self.memory = self.policy.predict(
            obs, state=self.memory, episode_start=np.array([self.first]), deterministic=False
        )
        self.first = False
        return int(action)


class RivalPool:
    def __init__(self, folder, n_actions, newest_share=0.5):
        self.folder = Path(folder)
        self.n_actions = n_actions
        self.newest_share = newest_share

    def pick(self):
        paths = sorted(self.folder.glob("gen_*.zip"))
        if not paths:
            return RandomRival(self.n_actions)
        if random.random() < self.newest_share:
            return RecurrentRival(paths[-1])
        return RecurrentRival(random.choice(paths))
