import numpy as np
import soccer_twos_lite  # compiled extension


class _Pitch:
    def __init__(self, core):
        self.core = core
        self.obs_dim = core.observation_size
        self.n_actions = core.action_count

    def reset(self):
        both = self.core.reset()
        return both[:, 0], both[:, 1]

    def step(self, left, right):
        both, reward, done = self.core.step(np.stack([left, right], axis=1))
        return both[:, 0], both[:, 1], reward[:, 0], done


def make_pitch(seats, seed):
    return _Pitch(soccer_twos_lite.Batch(seats, seed=seed))
