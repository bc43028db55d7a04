import random

import torch


class Yard:
    """Classification yard with 6 tracks: put each arriving wagon on a track by destination."""

    def __init__(self, tracks=6, dests=5, wagons=80):
        self.tracks, self.dests, self.wagons = tracks, dests, wagons

    def reset(self):
        self.left = self.wagons
        self.rows = [[] for _ in range(self.tracks)]
        self.next = random.randrange(self.dests)
        return self.state()

    def state(self):
        v = torch.zeros(self.dests + 2 * self.tracks)
        v[self.next] = 1
        for i, r in enumerate(self.rows):
            v[self.dests + 2 * i] = len(r) / 15
            v[self.dests + 2 * i + 1] = (r[-1] + 1) / self.dests if r else 0
        return v

    def step(self, track):
        row = self.rows[track]
        r = 0.0
        if len(row) >= 15:
            r = -1.0
        else:
            r = 0.2 if not row or row[-1] == self.next else -0.2
            row.append(self.next)
        if len(row) == 15 or random.random() < 0.03:
            r += 0.5 * (len(set(row)) == 1)
            self.rows[track] = []
        self.left -= 1
        self.next = random.randrange(self.dests)
        return self.state(), r, self.left == 0
