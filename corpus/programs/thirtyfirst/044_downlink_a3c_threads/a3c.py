import argparse
import logging
import threading
from dataclasses import dataclass, field
from typing import List, Tuple

import torch
from torch import Tensor, nn

from contact import Pass

log = logging.getLogger("downlink")
OBS = 2 * Pass.N + 1


class Scheduler(nn.Module):
    def __init__(self, size: int = 64) -> None:
        super().__init__()
        self.size = size
        self.lstm = nn.LSTM(OBS, size)
        self.pi = nn.Linear(size, Pass.N)
        self.v = nn.Linear(size, 1)

    def forward(self, x: Tensor, state: Tuple[Tensor, Tensor]):
        y, state = self.lstm(x.view(1, 1, -1), state)
        return torch.distributions.Categorical(logits=self.pi(y[0, 0])), self.v(y[0, 0]), state

    def initial(self) -> Tuple[Tensor, Tensor]:
        return torch.zeros(1, 1, self.size), torch.zeros(1, 1, self.size)


@dataclass
class Central:
    net: Scheduler
    opt: torch.optim.Optimizer
    lock: threading.Lock = field(default_factory=threading.Lock)
    passes: int = 0
    ema: float = 0.0

    def copy_into(self, local: Scheduler) -> None:
        with self.lock:
            local.load_state_dict(self.net.state_dict())

    def push(self, local: Scheduler, total: float) -> None:
        with self.lock:
            for mine, theirs in zip(self.net.parameters(), local.parameters()):
                mine.grad = theirs.grad.clone()
            nn.utils.clip_grad_norm_(self.net.parameters(), 10.0)
            self.opt.step()
            self.passes += 1
            self.ema = 0.99 * self.ema + 0.01 * total


class Station(threading.Thread):
    def __init__(self, idx: int, central: Central, passes: int, gamma: float = 0.97) -> None:
        super().__init__(name=f"station-{idx}")
        self.central, self.quota, self.gamma = central, passes, gamma
        self.sky = Pass(idx)
        self.local = Scheduler()
        self.track = self.local.initial()

    def one_pass(self) -> float:
        self.central.copy_into(self.local)
        self.track = self.local.initial()
        obs, over = self.sky.rise(), False
        logp: List[Tensor] = []
        val: List[Tensor] = []
        ent: List[Tensor] = []
        rew: List[float] = []
        while not over:
            dist, v, self.track = self.local(torch.tensor(obs), self.track)
            a = dist.sample()
            obs, r, over = self.sky.point(int(a))
            logp.append(dist.log_prob(a))
            ent.append(dist.entropy())
            val.append(v.squeeze())
            rew.append(r)
        ret, loss = 0.0, torch.zeros(())
        for t in reversed(range(len(rew))):
            ret = rew[t] + self.gamma * ret
            adv = ret - val[t]
            loss = loss - logp[t] * adv.detach() + 0.5 * adv ** 2 - 0.01 * ent[t]
        self.local.zero_grad()
        loss.backward()
        total = sum(rew)
        self.central.push(self.local, total)
        return total

    def run(self) -> None:
        for n in range(self.quota):
            total = self.one_pass()
            if n % 100 == 0:
                log.info("%s pass %d sent %.1f (mean %.1f)", self.name, n, total, self.central.ema)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("-t", "--threads", type=int, default=4)
    ap.add_argument("-n", "--passes", type=int, default=3000)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    torch.set_num_threads(1)
    net = Scheduler()
    central = Central(net, torch.optim.Adam(net.parameters(), 3e-4))
    crew = [Station(i, central, args.passes) for i in range(args.threads)]
    for s in crew:
        s.start()
    for s in crew:
        s.join()
    torch.save(net.state_dict(), "downlink.pt")


if __name__ == "__main__":
    main()
