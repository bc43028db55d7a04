import numpy as np


class NightBuses:
    """Demand-responsive night buses: requests come up in zones, each step one free bus may be sent to one of
    them. Requests that wait too long walk home. A night has 480 steps."""

    def __init__(self, zones=8, buses=6, seed=0):
        self.zones, self.buses = zones, buses
        self.rng = np.random.RandomState(seed)

    @property
    def n_obs(self):
        return self.zones + 2

    def reset(self):
        self.clock = 0
        self.wait = [[] for _ in range(self.zones)]
        self.busy = []
        self.hot = self.rng.randint(self.zones)
        return self.obs()

    def obs(self):
        counts = [min(len(w), 10) / 10 for w in self.wait]
        return np.array(counts + [1 - len(self.busy) / self.buses, self.clock / 480], dtype=np.float32)

    def step(self, zone):
        reward = 0.0
        if zone < self.zones and len(self.busy) < self.buses:
            taken = min(8, len(self.wait[zone]))
            self.wait[zone] = self.wait[zone][taken:]
            self.busy.append(15)
            reward += taken - 0.5
        self.busy = [b - 1 for b in self.busy if b > 1]
        if self.rng.rand() < 0.02:
            self.hot = self.rng.randint(self.zones)
        for z in range(self.zones):
            self.wait[z] = [w + 1 for w in self.wait[z]]
            reward -= 0.5 * sum(w > 30 for w in self.wait[z])
            self.wait[z] = [w for w in self.wait[z] if w <= 30]
            self.wait[z] += [0] * self.rng.poisson(0.5 if z == self.hot else 0.05)
        self.clock += 1
        return self.obs(), reward, self.clock >= 480
