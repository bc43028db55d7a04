"""A blackboard: one row of float32 parameters and one score per worker."""
from multiprocessing import shared_memory

import gymnasium as gym
import numpy as np
from torch.nn.utils import parameters_to_vector

from .nets import GaussianGRU


class Board:
    def __init__(self, shm, workers, width):
        self._shm = shm
        raw = np.ndarray((workers, width + 1), dtype=np.float32, buffer=shm.buf)
        self.rows = raw[:, :width]
        self.scores = raw[:, width]
        self.name = (shm.name, workers, width)

    @classmethod
    def create(cls, workers, env_id):
        env = gym.make(env_id)
        net = GaussianGRU(env.observation_space.shape[0], env.action_space.shape[0])
        width = parameters_to_vector(net.parameters()).numel()
        shm = shared_memory.SharedMemory(create=True, size=workers * (width + 1) * 4)
        board = cls(shm, workers, width)
        board.scores[:] = -1e9
        return board

    @classmethod
    def attach(cls, name):
        shm_name, workers, width = name
        return cls(shared_memory.SharedMemory(name=shm_name), workers, width)

    def publish(self, rank, vector, score):
        self.rows[rank] = vector
        self.scores[rank] = score

    def better_than(self, rank, quantile=0.25):
        """A donor from the top quarter if `rank` is in the bottom quarter, else None."""
        order = np.argsort(self.scores)
        n = max(1, int(len(order) * quantile))
        if rank not in order[:n]:
            return None
        return int(np.random.choice(order[-n:]))

    def close(self, unlink=False):
        self._shm.close()
        if unlink:
            self._shm.unlink()
