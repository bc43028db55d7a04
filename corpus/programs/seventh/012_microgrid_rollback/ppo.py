import copy

import numpy as np
import torch
from torch import nn

from microgrid import Collector


class GridNet(nn.Module):
    def __init__(self, obs_dim=4, n_act=3, size=64):
        super().__init__()
        self.size = size
        self.gru = nn.GRUCell(obs_dim, size)
        self.pi, self.v = nn.Linear(size, n_act), nn.Linear(size, 1)

    def zero_state(self, n):
        return torch.zeros(n, self.size)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), self.v(h).squeeze(-1), h


def sequence_forward(net, seq, h):
    logits, values = [], []
    for x, cont in zip(seq["obs"], seq["cont"]):
        lo, v, h = net(x, h)
        h = h * cont.unsqueeze(-1)
        logits.append(lo)
        values.append(v)
    return torch.stack(logits), torch.stack(values)


def gae(rew, values, cont, last, gamma=0.99, lam=0.95):
    adv, running = torch.zeros_like(rew), 0.0
    for t in reversed(range(len(rew))):
        nxt = last if t == len(rew) - 1 else values[t + 1]
        delta = rew[t] + gamma * cont[t] * nxt - values[t]
        running = delta + gamma * lam * cont[t] * running
        adv[t] = running
    return adv


class Guard:
    """Keeps a good copy of network and optimizer, and goes back to it when the KL explodes."""

    def __init__(self, net, opt, max_kl):
        self.net, self.opt, self.max_kl = net, opt, max_kl
        self.keep()

    def keep(self):
        self.net_copy = copy.deepcopy(self.net.state_dict())
        self.opt_copy = copy.deepcopy(self.opt.state_dict())

    def restore(self):
        self.net.load_state_dict(self.net_copy)
        self.opt.load_state_dict(copy.deepcopy(self.opt_copy))


def train(updates=3000, n_envs=16, steps=84, epochs=4, clip=0.2):
    net = GridNet()
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    collector = Collector(net, n_envs, steps)
    guard = Guard(net, opt, max_kl=0.5)
    recent = []

    for update in range(updates):
        seq, start, last, weekly = collector.collect()
        recent = (recent + weekly)[-64:]
        with torch.no_grad():
            _, old_values = sequence_forward(net, seq, start)
        adv = gae(seq["rew"], old_values, seq["cont"], last)
        returns = adv + old_values
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        kl = 0.0
        for _ in range(epochs):
            logits, values = sequence_forward(net, seq, start)
            dist = torch.distributions.Categorical(logits=logits)
            log_ratio = dist.log_prob(seq["act"]) - seq["logp"]
            ratio = log_ratio.exp()
            surrogate = torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv)
            loss = -surrogate.mean() + 0.5 * (returns - values).pow(2).mean() - 0.01 * dist.entropy().mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 0.5)
            opt.step()
            kl = float((ratio - 1 - log_ratio).mean().detach())

        if kl > guard.max_kl or not np.isfinite(loss.item()):
            print(f"update {update}: kl {kl:.3f}, back to the last good network")
            guard.restore()
            collector.reset()
        elif update % 20 == 0:
            guard.keep()
        if update % 50 == 0 and recent:
            print(f"update {update}: weekly return {np.mean(recent):.2f}")


if __name__ == "__main__":
    train()
