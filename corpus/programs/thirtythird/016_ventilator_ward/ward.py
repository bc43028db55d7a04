import torch


class Ward:
    """Beds on ventilators; lung compliance is not observed. A bed is filled anew at once."""

    n_obs, n_act = 5, 3

    def __init__(self, beds, stay=150, seed=0):
        self.beds, self.stay = beds, stay
        self.g = torch.Generator().manual_seed(seed)

    def _fill(self, who):
        k = int(who.sum())
        self.compliance[who] = 0.3 + torch.rand(k, generator=self.g)
        self.o2[who] = 0.80 + 0.1 * torch.rand(k, generator=self.g)
        self.pressure[who] = 0.5
        self.hours[who] = 0

    def open(self):
        self.compliance = torch.zeros(self.beds)
        self.o2 = torch.zeros(self.beds)
        self.pressure = torch.zeros(self.beds)
        self.hours = torch.zeros(self.beds)
        self._fill(torch.ones(self.beds, dtype=torch.bool))
        return self.monitor()

    def monitor(self):
        noise = 0.01 * torch.randn(self.beds, generator=self.g)
        return torch.stack([self.o2 + noise, self.pressure, self.hours / self.stay,
                            (self.o2 < 0.88).float(), torch.ones(self.beds)], dim=1)

    def step(self, act):
        self.pressure = (self.pressure + 0.05 * (act.float() - 1)).clamp(0, 1)
        target = 0.75 + 0.25 * self.compliance * self.pressure
        self.o2 = (self.o2 + 0.2 * (target - self.o2)).clamp(0.4, 1.0)
        harm = (self.pressure - 0.8).clamp(min=0) * self.compliance
        self.hours += 1
        died = self.o2 < 0.6
        out = died | (self.hours >= self.stay)
        reward = (self.o2 > 0.9).float() - 4 * harm - 10 * died.float()
        self._fill(out)
        return self.monitor(), reward, out
