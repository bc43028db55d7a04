import cma
import numpy as np
import torch
import torch.nn as nn


class PumpStation:
    """Rain basin with two pumps; the plant is never stopped between trials."""

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)
        self.level = 0.5
        self.rain = 0.0
        self.hour = 0

    def measure(self):
        return [self.level, np.sin(self.hour / 24 * 2 * np.pi)]

    def advance(self, pumps):
        self.hour += 1
        if self.rng.rand() < 0.05:
            self.rain = self.rng.exponential(0.08)
        self.rain *= 0.8
        self.level += self.rain + 0.02 - 0.05 * pumps
        spill = max(0.0, self.level - 1.0)
        self.level = float(np.clip(self.level, 0.0, 1.0))
        return 20 * spill + 0.1 * pumps + (1.0 if self.level < 0.05 else 0.0)


class PumpBrain(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(2, hidden)
        self.head = nn.Linear(hidden, 3)
        self.reset()

    def reset(self):
        self.hc = [torch.zeros(1, self.hidden) for _ in range(2)]

    def forward(self, x):
        self.hc = list(self.cell(x, tuple(self.hc)))
        return self.head(self.hc[0])


def install(brain, theta):
    theta = torch.as_tensor(theta, dtype=torch.float32)
    start = 0
    for p in brain.parameters():
        n = p.numel()
        p.data.copy_(theta[start:start + n].view_as(p))
        start += n


@torch.no_grad()
def cost(theta, brain, plant, hours):
    install(brain, theta)
    brain.reset()
    total = 0.0
    for _ in range(hours):
        logits = brain(torch.tensor([plant.measure()], dtype=torch.float32))
        total += plant.advance(int(logits.argmax()))
    return total / hours


def main(hours=24 * 14, sigma=0.5, iterations=150):
    brain, plant = PumpBrain(), PumpStation(seed=2)
    n = sum(p.numel() for p in brain.parameters())
    es = cma.CMAEvolutionStrategy(np.zeros(n), sigma, {"maxiter": iterations, "seed": 1})
    while not es.stop():
        thetas = es.ask()
        costs = [cost(t, brain, plant, hours) for t in thetas]
        es.tell(thetas, costs)
        es.disp()
    np.save("pump_theta.npy", es.result.xbest)
    print("check run:", cost(es.result.xbest, brain, plant, 24 * 60))


if __name__ == "__main__":
    main()
