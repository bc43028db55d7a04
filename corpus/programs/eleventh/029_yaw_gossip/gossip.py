"""Every turbine forecasts its wind direction, neighbours average their models now and then."""
import random
from dataclasses import dataclass

import hydra
import torch
from hydra.core.config_store import ConfigStore
from torch import nn

from park import WindPark


class Forecaster(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.cell = nn.GRUCell(1, hidden)
        self.out = nn.Linear(hidden, 1)

    def zero_state(self):
        return torch.zeros(1, self.cell.hidden_size)

    def forward(self, x, state):
        state = self.cell(x, state)
        return self.out(state), state


@dataclass
class Config:
    turbines: int = 8
    hidden: int = 16
    lr: float = 0.02
    steps: int = 40000
    bptt: int = 20
    gossip: int = 20  # every so many training steps
    seed: int = 0


ConfigStore.instance().store(name="gossip", node=Config)


class Turbine:
    def __init__(self, idx, cfg: Config):
        self.idx = idx
        self.net = Forecaster(cfg.hidden)
        self.opt = torch.optim.SGD(self.net.parameters(), lr=cfg.lr)
        self.state = self.net.zero_state()
        self.pending = None
        self.loss = torch.zeros(())
        self.error = 0.0

    def hear(self, wind):
        x = wind.view(1, 1)
        if self.pending is not None:
            err = (self.pending - x).pow(2).mean()
            self.loss = self.loss + err
            self.error = 0.99 * self.error + 0.01 * err.item()
        self.pending, self.state = self.net(x, self.state)

    def train(self):
        self.opt.zero_grad()
        self.loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.loss = torch.zeros(())
        self.state = self.state.detach()
        self.pending = None

    def adopt(self, weights):
        self.net.load_state_dict(weights)
        self.state = self.net.zero_state()


def mix(a, b):
    wa, wb = a.net.state_dict(), b.net.state_dict()
    mean = {k: 0.5 * (wa[k] + wb[k]) for k in wa}
    a.adopt(mean)
    b.adopt(mean)


@hydra.main(version_base=None, config_name="gossip")
def main(cfg: Config):
    random.seed(cfg.seed)
    torch.manual_seed(cfg.seed)
    park = WindPark(cfg.turbines)
    row = [Turbine(i, cfg) for i in range(cfg.turbines)]
    for step in range(1, cfg.steps + 1):
        wind = park.measure()
        for tb in row:
            tb.hear(wind[tb.idx])
        if step % cfg.bptt == 0:
            for tb in row:
                tb.train()
            if (step // cfg.bptt) % cfg.gossip == 0:
                i = random.randrange(cfg.turbines - 1)
                mix(row[i], row[i + 1])
        if step % 2000 == 0:
            print(step, " ".join(f"{tb.error:.4f}" for tb in row))


if __name__ == "__main__":
    main()
