"""Actors in threads park trams, the main thread learns (V-trace left out, clipped ratios only)."""
import argparse
import queue
import threading
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.distributions import Categorical

from depot import TRACKS, Depot


@dataclass
class Chunk:
    obs: Tensor
    act: Tensor
    logp: Tensor
    rew: Tensor
    keep: Tensor
    h0: Tensor


class ParkNet(nn.Module):
    def __init__(self, width: int = 96):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(2 * TRACKS + 2, width)
        self.cell = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, TRACKS)
        self.v = nn.Linear(width, 1)

    def start(self) -> Tensor:
        return torch.zeros(1, self.width)

    def forward(self, obs, h):
        h = self.cell(torch.tanh(self.inp(obs)), h)
        return self.pi(h), self.v(h).squeeze(-1), h


class Actor(threading.Thread):
    def __init__(self, seed: int, mail: queue.Queue, out: queue.Queue, steps: int, stop: threading.Event):
        super().__init__(daemon=True)
        self.env = Depot(seed)
        self.net = ParkNet()
        self.mail, self.out, self.steps, self.stop = mail, out, steps, stop

    @torch.no_grad()
    def run(self):
        h = self.net.start()
        while not self.stop.is_set():
            weights = None
            while not self.mail.empty():
                weights = self.mail.get()
            if weights is not None:
                self.net.load_state_dict(weights)
                h = self.net.start()
            h0, rows = h, []
            for _ in range(self.steps):
                obs = torch.tensor([self.env.observe()])
                logits, _, h = self.net(obs, h)
                d = Categorical(logits=logits)
                a = d.sample()
                r, over = self.env.park(int(a))
                rows.append((obs, a, d.log_prob(a), torch.tensor([r]), torch.tensor([0.0 if over else 1.0])))
                if over:
                    h = self.net.start()
            self.out.put(Chunk(*(torch.stack(c) for c in zip(*rows)), h0))


def learn(net, opt, c: Chunk, gamma=0.97, clip=0.2):
    h, logp, val = c.h0, [], []
    for obs, act, keep in zip(c.obs, c.act, c.keep):
        logits, v, h = net(obs, h)
        logp.append(Categorical(logits=logits).log_prob(act))
        val.append(v)
        h = h * keep.unsqueeze(-1)
    logp, val = torch.stack(logp), torch.stack(val)
    ret, g = torch.zeros_like(c.rew), val[-1].detach()
    for t in reversed(range(len(c.rew))):
        g = c.rew[t] + gamma * c.keep[t] * g
        ret[t] = g
    adv = ret - val.detach()
    ratio = (logp - c.logp).exp()
    loss = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean() + 0.5 * (ret - val).pow(2).mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return c.rew.mean().item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--updates", type=int, default=10000)
    ap.add_argument("--steps", type=int, default=20)
    args = ap.parse_args()
    net, out, stop = ParkNet(), queue.Queue(maxsize=16), threading.Event()
    opt = torch.optim.Adam(net.parameters(), lr=4e-4)
    mails = [queue.Queue() for _ in range(args.actors)]
    actors = [Actor(i, m, out, args.steps, stop) for i, m in enumerate(mails)]
    for a in actors:
        a.start()
    avg = 0.0
    for u in range(args.updates):
        avg = 0.98 * avg + 0.02 * learn(net, opt, out.get())
        if u % 10 == 0:
            for m in mails:
                m.put({k: v.clone() for k, v in net.state_dict().items()})
        if u % 500 == 0:
            print(u, round(avg, 3))
    stop.set()
    torch.save(net.state_dict(), "park.pt")


if __name__ == "__main__":
    main()
