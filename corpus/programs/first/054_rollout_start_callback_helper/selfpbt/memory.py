import numpy as np


def fresh_start(model):
    """Make the next rollout begin as if every env had just been reset (for the LSTM)."""
    model._last_episode_starts = np.ones((model.n_envs,), dtype=bool)
