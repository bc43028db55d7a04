import glob
import sys

import torch
from torch import nn
from torch.distributions import Normal

from league import RunnerLeague
from sky import TagSky

ROWS, HUNTERS, SLOTS, CHUNK = 256, 3, 8, 25
GAMMA, CLIP = 0.99, 0.2


class Hunter(nn.Module):
    def __init__(self, n_in=5, width=64):
        super().__init__()
        self.width = width
        self.gru = nn.GRUCell(n_in, width)
        self.mean = nn.Linear(width, 2)
        self.log_std = nn.Parameter(torch.zeros(2))
        self.central = nn.Sequential(nn.Linear(HUNTERS * width, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, obs, m):
        rows = obs.shape[0]
        m = self.gru(obs.reshape(rows * HUNTERS, -1), m.reshape(rows * HUNTERS, -1)).view(rows, HUNTERS, -1)
        return Normal(self.mean(m), self.log_std.exp()), self.central(m.flatten(1)).squeeze(-1), m


def collect(net, sky, league, m):
    steps, start = [], m
    with torch.no_grad():
        for _ in range(CHUNK):
            obs = sky.hunter_obs()
            dist, v, m = net(obs, m)
            act = dist.sample()
            rew, done, caught = sky.step(act, league.fly(sky.runner_obs()))
            steps.append((obs, act, dist.log_prob(act).sum((-1, -2)), v, rew, done))
            if done.any():
                rows = done.nonzero().squeeze(1)
                sky.spawn(rows)
                league.ended(rows, caught)
                m[rows] = 0.0
        last = net(sky.hunter_obs(), m)[1]
    obs, act, logp, v, rew, done = (torch.stack(z) for z in zip(*steps))
    adv, acc, nxt = torch.zeros_like(rew), torch.zeros(ROWS), last
    for t in reversed(range(CHUNK)):
        live = 1.0 - done[t].float()
        acc = rew[t] + GAMMA * nxt * live - v[t] + GAMMA * 0.95 * live * acc
        adv[t], nxt = acc, v[t]
    return m, (start, obs, act, logp, adv, adv + v, done)


def improve(net, opt, batch, epochs=4):
    start, obs, act, old, adv, ret, done = batch
    adv = (adv - adv.mean()) / (adv.std() + 1e-8)
    for _ in range(epochs):
        m, loss = start, 0.0
        for t in range(CHUNK):
            dist, v, m = net(obs[t], m)
            ratio = (dist.log_prob(act[t]).sum((-1, -2)) - old[t]).exp()
            loss = loss - torch.min(ratio * adv[t], ratio.clamp(1 - CLIP, 1 + CLIP) * adv[t]).mean()
            loss = loss + 0.5 * (v - ret[t]).pow(2).mean() - 0.002 * dist.entropy().mean()
            m = m * (~done[t]).float().view(-1, 1, 1)
        opt.zero_grad()
        (loss / CHUNK).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


def main(folder, iters=5000):
    archive = [torch.load(f) for f in sorted(glob.glob(folder + "/runner_*.pt"))]
    sky = TagSky(ROWS, HUNTERS)
    sky.spawn(torch.arange(ROWS))
    league = RunnerLeague(ROWS, 2 * HUNTERS, SLOTS, archive)
    net = Hunter()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    m = torch.zeros(ROWS, HUNTERS, net.width)
    for it in range(iters):
        m, batch = collect(net, sky, league, m)
        improve(net, opt, batch)
        if it % 10 == 9:
            k = league.retire_weakest()
            if k is not None:
                print(it, "new runner in slot", k)
        if it % 50 == 0:
            print(it, "reward %.4f" % (batch[5].mean().item()))
            torch.save(net.state_dict(), "hunter.pt")


if __name__ == "__main__":
    main(sys.argv[1])
