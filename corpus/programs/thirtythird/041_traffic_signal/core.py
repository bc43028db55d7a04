from functools import partial
from typing import Dict, NamedTuple

import torch
from torch import nn
from torch.func import functional_call, grad, vmap

Params = Dict[str, torch.Tensor]
N_HID = 32


class Step(NamedTuple):
    obs: torch.Tensor
    carry: torch.Tensor
    act: torch.Tensor
    rew: torch.Tensor


class Signal(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.GRUCell(6, N_HID)
        self.logits = nn.Linear(N_HID, 2)

    def forward(self, obs, carry):
        carry = self.cell(obs, carry)
        return self.logits(carry), carry


net = Signal()


def init_params() -> Params:
    return {k: v.detach().clone() for k, v in net.named_parameters()}


def apply(params: Params, obs, carry):
    return functional_call(net, params, (obs, carry))


def init_carry(n: int):
    return torch.zeros(n, N_HID)


def discount(rews, gamma=0.95):
    out, acc = [], torch.zeros_like(rews[0])
    for r in rews.flip(0):
        acc = r + gamma * acc
        out.append(acc)
    return torch.stack(out[::-1])


def loss_fn(params: Params, batch: Step):
    carry = batch.carry[0]
    total = 0.0
    adv = discount(batch.rew)
    adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    for t in range(batch.obs.shape[0]):
        logits, carry = apply(params, batch.obs[t], carry)
        lp = torch.log_softmax(logits, -1).gather(1, batch.act[t][:, None])[:, 0]
        total = total - (lp * adv[t]).mean()
    return total / batch.obs.shape[0]


grad_fn = grad(loss_fn)


def sgd(params: Params, grads: Params, lr: float) -> Params:
    return {k: p - lr * grads[k] for k, p in params.items()}


def crossing(queues, phase, act, arrivals):
    """One junction: queues (4,), phase (), act (), arrivals (4,)."""
    switched = (act != phase).float()
    green = torch.stack([act == 0, act == 0, act == 1, act == 1]).float()
    served = torch.minimum(queues, 3.0 * green * (1.0 - switched))
    queues = torch.clamp(queues + arrivals - served, max=40.0)
    return queues, act, -queues.sum() / 40.0 - 0.2 * switched


crossings = vmap(crossing)


def observe(queues, phase):
    return torch.cat([queues / 40.0, phase[:, None].float(), 1.0 - phase[:, None].float()], -1)
