import torch


class JamSessions:
    """A batch of guitarists who jam with the drum machine.
    Each has a favourite groove per section; when one leaves, another one with other favourites comes."""

    def __init__(self, n, grooves=8, sections=3, mean_bars=48):
        self.n, self.grooves, self.sections, self.mean_bars = n, grooves, sections, mean_bars
        self.favourite = torch.zeros(n, sections, dtype=torch.long)
        self.section = torch.zeros(n, dtype=torch.long)
        self.bars_left = torch.zeros(n, dtype=torch.long)
        self.start(torch.arange(n))

    def start(self, idx):
        k = len(idx)
        self.favourite[idx] = torch.randint(self.grooves, (k, self.sections))
        self.section[idx] = torch.randint(self.sections, (k,))
        self.bars_left[idx] = torch.randint(self.mean_bars // 2, 3 * self.mean_bars // 2, (k,))

    def observe(self):
        return torch.nn.functional.one_hot(self.section, self.sections).float()

    def play(self, groove):
        fav = self.favourite.gather(1, self.section[:, None]).squeeze(1)
        p = torch.where(groove == fav, 0.9, 0.15)
        smile = (torch.rand(self.n) < p).float()
        change = torch.rand(self.n) < 0.2
        self.section = torch.where(change, torch.randint(self.sections, (self.n,)), self.section)
        self.bars_left -= 1
        left = self.bars_left <= 0
        if left.any():
            self.start(left.nonzero().squeeze(1))
        return self.observe(), smile, left.float()
