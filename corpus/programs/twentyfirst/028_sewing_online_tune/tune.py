from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field

import torch
import torch.nn as nn
import torch.nn.functional as F

from machine import Machine


class Tuner(nn.Module):
    def __init__(self, n_in=3, n_h=48):
        super().__init__()
        self.n_h = n_h
        self.rnn = nn.GRU(n_in, n_h, batch_first=True)
        self.delta = nn.Linear(n_h, 1)
        self.loop = nn.Linear(n_h + 1, 1)      # predicts the loop size after the stitch

    def start(self):
        return torch.zeros(1, 1, self.n_h)

    def forward(self, x, h):
        y, h = self.rnn(x, h)
        d = torch.tanh(self.delta(y))
        return d, self.loop(torch.cat([y, d], -1)), h


@dataclass
class Safety:
    every: int = 200
    tolerance: float = 1.5
    errors: deque = field(default_factory=lambda: deque(maxlen=200))
    kept: dict = None
    kept_err: float = float("inf")

    def verdict(self, net):
        err = sum(self.errors) / len(self.errors)
        if err <= self.kept_err:
            self.kept, self.kept_err = deepcopy(net.state_dict()), err
            return "keep"
        if err > self.tolerance * self.kept_err:
            return "rollback"
        return "ok"


def fine_tune(net, opt, seqs):
    x = torch.stack([s[0] for s in seqs])
    loops = torch.stack([s[1] for s in seqs])
    h0 = torch.zeros(1, len(seqs), net.n_h)
    d, pred, _ = net(x, h0)
    loss = F.mse_loss(pred, loops) + 0.1 * pred.pow(2).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()
    return loss.item()


def main(n_stitches=100_000, seq=50):
    torch.manual_seed(1)
    head = Machine()
    net = Tuner()
    net.load_state_dict(torch.load("tuner_factory.pt"))
    opt = torch.optim.SGD(net.parameters(), lr=1e-3)
    safety = Safety()
    store, xs, ls = deque(maxlen=64), [], []

    obs, h = head.new_seam(), net.start()
    for n in range(1, n_stitches + 1):
        x = torch.tensor(obs)
        with torch.no_grad():
            d, _, h = net(x.view(1, 1, -1), h)
        obs, loop, end = head.stitch(d.item())
        xs.append(x)
        ls.append(torch.tensor([loop]))
        safety.errors.append(abs(loop))
        if len(xs) == seq:
            store.append((torch.stack(xs), torch.stack(ls)))
            xs, ls = [], []
            fine_tune(net, opt, list(store)[-8:])

        if n % safety.every == 0 and safety.verdict(net) == "rollback":
            print("stitch", n, "rolled back to error", round(safety.kept_err, 4))
            net.load_state_dict(safety.kept)
            opt = torch.optim.SGD(net.parameters(), lr=1e-3)
            h = net.start()

        if end:
            obs, h = head.new_seam(), net.start()
            xs, ls = [], []
    torch.save(net.state_dict(), "tuner_field.pt")


if __name__ == "__main__":
    main()
