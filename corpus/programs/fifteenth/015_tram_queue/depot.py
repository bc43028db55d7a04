import random

TRACKS = 8


class Depot:
    """Trams come in after their run; choose a track so that in the morning nobody is blocked."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.night()

    def night(self):
        self.tracks = [[] for _ in range(TRACKS)]
        self.coming = [self.rng.randrange(4, 10) for _ in range(40)]
        self.at = 0

    def observe(self):
        tops = [t[-1] / 10 if t else 0.0 for t in self.tracks]
        fill = [len(t) / 6 for t in self.tracks]
        return tops + fill + [self.coming[self.at % 40] / 10, self.at / 40]

    def park(self, track):
        leave = self.coming[self.at]
        self.at += 1
        t = self.tracks[track]
        if len(t) >= 6:
            r = -2.0
        else:
            r = -0.5 if t and t[-1] < leave else 0.2
            t.append(leave)
        over = self.at == 40
        if over:
            self.night()
        return r, over
