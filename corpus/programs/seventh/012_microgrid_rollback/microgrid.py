import numpy as np
import torch


class MicrogridSim:
    """Battery, solar panels and a price signal; actions charge, hold or discharge."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.soc, self.hour = 0.5, 0
        self.cloud = self.rng.uniform(0, 1)
        return self.obs()

    def obs(self):
        day = 2 * np.pi * (self.hour % 24) / 24
        return np.array([self.soc, np.sin(day), np.cos(day), self.price()], dtype=np.float32)

    def price(self):
        return 0.5 + 0.4 * np.sin(2 * np.pi * ((self.hour % 24) - 8) / 24)

    def step(self, a):
        self.cloud = np.clip(self.cloud + self.rng.normal(0, 0.1), 0, 1)
        sun = max(0.0, np.sin(2 * np.pi * ((self.hour % 24) - 6) / 24)) * (1 - self.cloud)
        flow = np.clip((a - 1) * 0.1, -self.soc, 1 - self.soc)
        self.soc += flow
        net = 0.3 + flow - sun
        self.hour += 1
        return self.obs(), -net * self.price(), self.hour >= 24 * 7


class Collector:
    def __init__(self, net, n, steps):
        self.net, self.steps = net, steps
        self.sims = [MicrogridSim(k) for k in range(n)]
        self.reset()

    def reset(self):
        self.obs = torch.from_numpy(np.stack([s.reset() for s in self.sims]))
        self.state = self.net.zero_state(len(self.sims))
        self.totals = np.zeros(len(self.sims))

    def collect(self):
        start = self.state.clone()
        seq = {"obs": [], "act": [], "logp": [], "rew": [], "cont": []}
        weekly = []
        with torch.no_grad():
            for _ in range(self.steps):
                logits, _, nxt = self.net(self.obs, self.state)
                dist = torch.distributions.Categorical(logits=logits)
                act = dist.sample()
                rows, rew, cont = [], [], []
                for i, sim in enumerate(self.sims):
                    o, r, done = sim.step(act[i].item())
                    self.totals[i] += r
                    if done:
                        weekly.append(self.totals[i])
                        self.totals[i] = 0.0
                        o = sim.reset()
                    rows.append(o)
                    rew.append(r)
                    cont.append(1.0 - float(done))
                cont = torch.tensor(cont)
                for k, v in zip(seq, (self.obs, act, dist.log_prob(act), torch.tensor(rew, dtype=torch.float32), cont)):
                    seq[k].append(v)
                self.obs = torch.from_numpy(np.stack(rows))
                self.state = nxt * cont.unsqueeze(-1)
            _, last_value, _ = self.net(self.obs, self.state)
        return {k: torch.stack(v) for k, v in seq.items()}, start, last_value, weekly
