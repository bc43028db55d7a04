import argparse
import copy

import torch
import yaml
from torch import nn

from plant import ChilledWaterPlant


class ValveNet(nn.Module):
    def __init__(self, inputs, zones, units):
        super().__init__()
        self.core = nn.GRUCell(inputs, units)
        self.valve = nn.Linear(units, zones)
        self.critic = nn.Linear(units, 1)

    def forward(self, x, h):
        h = self.core(x, h)
        return self.valve(h), self.critic(h), h


class Operator:
    def __init__(self, net, noise):
        self.net = net
        self.noise = noise
        self.hidden = None

    def forget(self):
        self.hidden = None

    def detach(self):
        if self.hidden is not None:
            self.hidden = self.hidden.detach()

    def valves(self, measured):
        mean, value, self.hidden = self.net(torch.tensor([measured]), self.hidden)
        dist = torch.distributions.Normal(mean, self.noise)
        raw = dist.sample()
        return torch.sigmoid(raw)[0].tolist(), dist.log_prob(raw).sum(), value.squeeze()


class Keeper:
    """Keeps the best weights; puts them back after too many bad days in a row."""

    def __init__(self, net, slack, patience):
        self.net, self.slack, self.patience = net, slack, patience
        self.best, self.best_cost, self.bad_days = None, None, 0
        self.after_restore = []

    def report(self, cost):
        if self.best_cost is None or cost < self.best_cost:
            self.best, self.best_cost, self.bad_days = copy.deepcopy(self.net.state_dict()), cost, 0
        elif cost > self.best_cost * (1 + self.slack):
            self.bad_days += 1
            if self.bad_days >= self.patience:
                self.restore()

    def restore(self):
        self.net.load_state_dict(self.best)
        self.bad_days = 0
        for fn in self.after_restore:
            fn()


def learn(opt, logps, values, costs, last_value, gamma=0.95):
    ret, targets = last_value, []
    for c in reversed(costs):
        ret = -c / 10 + gamma * ret
        targets.append(ret)
    targets = torch.tensor(targets[::-1])
    values = torch.stack(values)
    loss = -(torch.stack(logps) * (targets - values.detach())).mean() + (targets - values).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", default="rack.yaml")
    with open(parser.parse_args().config) as f:
        cfg = yaml.safe_load(f)

    plant = ChilledWaterPlant(**cfg["plant"])
    measured = plant.measure()
    net = ValveNet(len(measured), plant.zones, cfg["net"]["units"])
    operator = Operator(net, cfg["train"]["noise"])
    keeper = Keeper(net, **cfg["keeper"])
    keeper.after_restore.append(operator.forget)
    opt = torch.optim.RMSprop(net.parameters(), lr=cfg["train"]["lr"])

    per_day = int(24 / plant.dt)
    for day in range(cfg["train"]["days"]):
        total = 0.0
        logps, values, costs = [], [], []
        for k in range(per_day):
            valves, logp, value = operator.valves(measured)
            measured, cost = plant.advance(valves)
            total += cost
            logps.append(logp)
            values.append(value)
            costs.append(cost)
            if len(costs) == cfg["train"]["segment"]:
                learn(opt, logps, values, costs, value.item())
                operator.detach()
                logps, values, costs = [], [], []
        operator.detach()
        keeper.report(total / per_day)
        if day % 30 == 0:
            print(f"day {day} cost {total / per_day:.3f} best {keeper.best_cost:.3f}")


if __name__ == "__main__":
    main()
