"""One face for everything that can hunt."""
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3 import DQN, PPO


class Hunter:
    def begin(self, n):
        pass

    def act(self, obs):
        raise NotImplementedError

    def observe(self, dones):
        pass


class PlainHunter(Hunter):
    def __init__(self, algo, path):
        self.model = algo.load(path, device="cpu")

    def act(self, obs):
        action, _ = self.model.predict(obs, deterministic=True)
        return action


class RecurrentHunter(Hunter):
    def __init__(self, path, deterministic=True):
        self.model = RecurrentPPO.load(path, device="cpu")
        self.deterministic = deterministic
        self.lstm_states = None
        self.flags = None

    def begin(self, n):
        self.lstm_states = None
        self.flags = [True] * n

    def act(self, obs):
        action, self.lstm_states = self.model.predict(obs, self.lstm_states, np.array(self.flags), self.deterministic)
        return action

    def observe(self, dones):
        self.flags = list(dones)


class Committee(Hunter):
    """Majority of several recurrent models, every one with its own memory."""

    def __init__(self, paths, n_actions=5):
        self.models = [RecurrentPPO.load(p, device="cpu") for p in paths]
        self.n_actions = n_actions
        self.memories = [None] * len(self.models)
        self.starts = None

    def begin(self, n):
        self.memories = [None] * len(self.models)
        self.starts = np.ones(n, dtype=bool)

    def act(self, obs):
        votes = np.zeros((len(obs), self.n_actions))
        for i, model in enumerate(self.models):
            actions, self.memories[i] = model.predict(obs, state=self.memories[i], episode_start=self.starts)
            votes[np.arange(len(obs)), actions] += 1
        return votes.argmax(1)

    def observe(self, dones):
        self.starts = np.asarray(dones, dtype=bool)


class RandomHunter(Hunter):
    def __init__(self, n_actions=5, seed=0):
        self.rng = np.random.default_rng(seed)
        self.n_actions = n_actions

    def act(self, obs):
        return self.rng.integers(self.n_actions, size=len(obs))


def open_hunter(spec):
    kind, _, rest = spec.partition(":")
    if kind == "ppo":
        return PlainHunter(PPO, rest)
    if kind == "dqn":
        return PlainHunter(DQN, rest)
    if kind == "rppo":
        return RecurrentHunter(rest)
    if kind == "committee":
        return Committee(rest.split(","))
    if kind == "random":
        return RandomHunter()
    raise ValueError(spec)
