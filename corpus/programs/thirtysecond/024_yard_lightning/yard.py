import torch


class Yard:
    """Many shunting yards side by side: wagons of a hidden block order roll in and are sent to one of three tracks."""

    TRACKS = 3

    def __init__(self, n, seed=0):
        self.n = n
        self.gen = torch.Generator().manual_seed(seed)
        self.order = torch.zeros(n, 6, dtype=torch.long)
        self.t = torch.zeros(n, dtype=torch.long)
        self.wagon = torch.zeros(n, dtype=torch.long)
        self._arrive(torch.ones(n, dtype=torch.bool))

    def _arrive(self, rows):
        k = int(rows.sum())
        self.order[rows] = torch.randint(self.TRACKS, (k, 6), generator=self.gen)
        self.t[rows] = 0
        self.wagon[rows] = torch.randint(6, (k,), generator=self.gen)
        if rows.all():
            self.told = torch.zeros(self.n)
        self.told[rows] = 0.0

    def obs(self):
        return torch.cat([torch.nn.functional.one_hot(self.wagon, 6).float(), self.told[:, None]], -1)

    def send(self, track):
        right = self.order.gather(1, self.wagon[:, None]).squeeze(1) == track
        self.told = right.float() * 2 - 1
        self.wagon = torch.randint(6, (self.n,), generator=self.gen)
        self.t += 1
        done = self.t >= 30
        self._arrive(done)
        return right.float(), done
