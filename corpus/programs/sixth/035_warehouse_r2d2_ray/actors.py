from collections import namedtuple

import numpy as np
import ray
import torch

from depot import Depot
from nets import RecurrentQ

Chunk = namedtuple("Chunk", "x a r d h0 c0")


@ray.remote
class Board:
    """Holds the last weights the learner pinned up."""

    def __init__(self):
        self.version, self.weights = 0, None

    def pin(self, weights):
        self.weights, self.version = weights, self.version + 1

    def take(self, have):
        if self.version == have:
            return have, None
        return self.version, self.weights


@ray.remote
class Picker:
    PULL = 400
    LEN, OVERLAP = 80, 40

    def __init__(self, rank, n_actors, board, replay):
        torch.set_num_threads(1)
        self.env = Depot(rank)
        self.net = RecurrentQ(Depot.N_OBS, Depot.N_ACT)
        self.eps = 0.4 ** (1 + 7 * rank / max(1, n_actors - 1))
        self.board, self.replay, self.have = board, replay, 0
        self.rng = np.random.default_rng(rank + 77)

    def _feat(self, obs, a, r):
        onehot = np.eye(Depot.N_ACT, dtype=np.float32)[a]
        return np.concatenate([obs, onehot, [r]]).astype(np.float32)

    def _pull(self):
        self.have, w = ray.get(self.board.take.remote(self.have))
        if w is not None:
            self.net.load_state_dict(w)

    @torch.no_grad()
    def run(self, total):
        self._pull()
        obs, prev_a, prev_r = self.env.reset(), 0, 0.0
        hc = self.net.blank()
        track = []
        for t in range(1, total + 1):
            x = self._feat(obs, prev_a, prev_r)
            before = hc
            q, hc = self.net(torch.from_numpy(x)[None, None], hc)
            a = int(q.argmax()) if self.rng.random() > self.eps else int(self.rng.integers(Depot.N_ACT))
            obs, r, done = self.env.step(a)
            track.append((x, a, r, done, before))
            prev_a, prev_r = a, r
            if len(track) == self.LEN or done:
                self._ship(track)
                track = [] if done else track[self.LEN - self.OVERLAP:]
            if done:
                obs, prev_a, prev_r = self.env.reset(), 0, 0.0
                hc = self.net.blank()
            if t % self.PULL == 0:
                self._pull()
        return total

    def _ship(self, track):
        x, a, r, d, hcs = zip(*track)
        h0, c0 = hcs[0]
        self.replay.add.remote(Chunk(np.stack(x), np.array(a), np.array(r, np.float32), np.array(d), h0, c0))
