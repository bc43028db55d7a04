"""Fast adaptation of an inverse-dynamics net of a 2-joint arm (FOMAML style).

A bank of adapted parameters, one per known payload, is made offline. Online
the residual decides which payload the arm carries at the moment.
"""
from typing import Dict, Tuple

import torch
import torch.nn as nn
from torch.func import functional_call, grad

Params = Dict[str, torch.Tensor]
State = Tuple[torch.Tensor, torch.Tensor]


class TorqueNet(nn.Module):
    def __init__(self, hidden: int = 32):
        super().__init__()
        self.cell = nn.LSTMCell(6, hidden)
        self.out = nn.Linear(hidden, 2)
        self.hidden = hidden

    def forward(self, x: torch.Tensor, s: State):
        s = self.cell(x, s)
        return self.out(s[0]), s


def rollout_loss(params: Params, net: TorqueNet, xs, taus) -> torch.Tensor:
    s = (torch.zeros(xs.shape[1], net.hidden), torch.zeros(xs.shape[1], net.hidden))
    loss = torch.zeros(())
    for x, tau in zip(xs, taus):
        y, s = functional_call(net, params, (x, s))
        loss = loss + (y - tau).pow(2).mean()
    return loss / xs.shape[0]


def adapt(net: TorqueNet, params: Params, xs, taus, steps: int = 10, lr: float = 0.05) -> Params:
    g = grad(rollout_loss)
    for _ in range(steps):
        grads = g(params, net, xs, taus)
        params = {k: p - lr * grads[k] for k, p in params.items()}
    return {k: p.detach().clone() for k, p in params.items()}


class PayloadBank:
    def __init__(self, net: TorqueNet, recordings: Dict[str, tuple]):
        base = {k: v.detach().clone() for k, v in net.named_parameters()}
        self.params = {name: adapt(net, base, xs, taus) for name, (xs, taus) in recordings.items()}
        self.recent: Dict[str, float] = {name: 0.0 for name in recordings}

    def update(self, residuals: Dict[str, float]) -> str:
        for name, r in residuals.items():
            self.recent[name] = 0.9 * self.recent[name] + 0.1 * r
        return min(self.recent, key=self.recent.get)


def weigh(tool_force: float, names) -> Dict[str, float]:
    return {n: abs(tool_force - float(n.rstrip("kg")) * 9.81) for n in names}


@torch.no_grad()
def control(robot, net: TorqueNet, bank: PayloadBank, hz: int = 200, seconds: float = 600.0):
    current = next(iter(bank.params))
    params = bank.params[current]
    state = (torch.zeros(1, net.hidden), torch.zeros(1, net.hidden))
    for tick in range(int(hz * seconds)):
        q, qd, target = robot.read()
        x = torch.tensor([[*q, *qd, *target]], dtype=torch.float32)
        torque, state = functional_call(net, params, (x, state))
        robot.command(torque[0].tolist())
        guess = bank.update(weigh(robot.tool_force(), bank.params))
        if guess != current:
            print(f"{tick / hz:8.2f}s payload {current} -> {guess}")
            current = guess
            params = bank.params[guess]


def main():
    from arm_driver import Arm

    net = TorqueNet()
    net.load_state_dict(torch.load("torque_meta.pt", map_location="cpu"))
    recordings = torch.load("payload_recordings.pt")
    bank = PayloadBank(net, recordings)
    with Arm("/dev/ttyACM0") as robot:
        control(robot, net, bank)


if __name__ == "__main__":
    main()
