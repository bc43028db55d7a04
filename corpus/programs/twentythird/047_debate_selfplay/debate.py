import torch


class Debate:
    """
    Two sides argue over a hidden evidence vector. A move reveals/attacks one of K points,
    the judge adds up what stands at the end.
    """

    def __init__(self, k=8, rounds=6, seed=0):
        self.k, self.rounds = k, rounds
        self.g = torch.Generator().manual_seed(seed)

    def reset(self):
        self.truth = torch.randn(self.k, generator=self.g)
        self.stand = torch.zeros(2, self.k)
        self.last = torch.zeros(2, self.k)
        self.turn = 0
        return self.obs(0)

    def obs(self, side):
        private = self.truth + 0.5 * torch.randn(self.k, generator=self.g)
        sign = 1.0 if side == 0 else -1.0
        return torch.cat([sign * private, self.stand[side], self.last[1 - side]])

    def speak(self, side, move):
        kind, point = divmod(move, self.k)
        self.last[side].zero_()
        self.last[side, point] = 1.0 if kind == 0 else -1.0
        if kind == 0:
            self.stand[side, point] = 1.0
        else:
            self.stand[1 - side, point] *= 0.3
        self.turn += 1
        return self.turn >= 2 * self.rounds

    def verdict(self):
        pro = (self.stand[0] * self.truth).sum()
        con = -(self.stand[1] * self.truth).sum()
        return 1.0 if pro > con else -1.0
