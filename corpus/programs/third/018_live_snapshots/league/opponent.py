import copy
import random

import numpy as np


class Opponent:
    """Plays the runner with a private copy of the policy, a new one of the league in each episode."""

    def __init__(self, policy):
        self.policy = copy.deepcopy(policy).eval()
        self.league = []
        self.state = None
        self.start = np.ones(1, dtype=bool)

    def begin(self):
        if self.league:
            self.policy.load_state_dict(random.choice(self.league))
        self.state = None
        self.start = np.ones(1, dtype=bool)

    def act(self, obs):
        a, self.state = self.policy.predict(obs, state=self.state, episode_start=self.start)
        self.start = np.zeros(1, dtype=bool)
        return int(a)
