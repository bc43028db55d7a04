"""Small IMPALA for the dispatching problem of the fab."""
import argparse

import torch
import torch.multiprocessing as mp
from torch import nn
from torch.distributions import Categorical

from fab import FabLine

OBS = 2 * FabLine.N_TOOLS + 1


class Dispatcher(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.width = width
        self.enc = nn.Sequential(nn.Linear(OBS, width), nn.ReLU())
        self.cell = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, FabLine.N_TOOLS)
        self.v = nn.Linear(width, 1)

    def initial(self, n=1):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)

    def forward(self, obs, core):
        core = self.cell(self.enc(obs), core)
        return self.pi(core[0]), self.v(core[0]).squeeze(-1), core


def run_actor(seed, learner_net, out, cfg):
    torch.manual_seed(seed)
    line = FabLine(seed)
    net = Dispatcher()
    obs = torch.from_numpy(line.reset())[None]
    core = net.initial()
    while True:
        net.load_state_dict(learner_net.state_dict())
        traj = {"obs": [], "act": [], "mu": [], "rew": [], "done": []}
        start = core
        for _ in range(cfg.T):
            with torch.no_grad():
                logits, _, core = net(obs, core)
            dist = Categorical(logits=logits)
            act = dist.sample()
            nxt, rew, done = line.step(act.item())
            traj["obs"].append(obs[0])
            traj["act"].append(act[0])
            traj["mu"].append(dist.log_prob(act)[0])
            traj["rew"].append(torch.tensor(rew, dtype=torch.float32))
            traj["done"].append(torch.tensor(float(done)))
            if done:
                nxt = line.reset()
                core = net.initial()
            obs = torch.from_numpy(nxt)[None]
        out.put((start, {k: torch.stack(v) for k, v in traj.items()}))


def vtrace(values, rewards, dones, rhos, gamma):
    rho = rhos.clamp(max=1.0)
    boot = values[:, -1]
    acc = torch.zeros_like(boot)
    out = []
    for t in reversed(range(rewards.shape[1])):
        nxt = boot if t == rewards.shape[1] - 1 else values[:, t + 1]
        keep = gamma * (1 - dones[:, t])
        delta = rho[:, t] * (rewards[:, t] + keep * nxt - values[:, t])
        acc = delta + keep * rho[:, t] * acc
        out.append(values[:, t] + acc)
    return torch.stack(out[::-1], 1)


def learner(net, inbox, cfg):
    opt = torch.optim.RMSprop(net.parameters(), lr=cfg.lr, alpha=0.99, eps=1e-3)
    for it in range(cfg.iterations):
        items = [inbox.get() for _ in range(cfg.batch)]
        core = tuple(torch.cat([s[i] for s, _ in items]) for i in range(2))
        b = {k: torch.stack([t[k] for _, t in items]) for k in items[0][1]}
        logps, vals, ent = [], [], 0.0
        for t in range(cfg.T):
            logits, v, core = net(b["obs"][:, t], core)
            d = Categorical(logits=logits)
            logps.append(d.log_prob(b["act"][:, t]))
            vals.append(v)
            ent = ent + d.entropy().mean()
            live = (1 - b["done"][:, t])[:, None]
            core = (core[0] * live, core[1] * live)
        logp, vals = torch.stack(logps, 1), torch.stack(vals, 1)
        rhos = (logp - b["mu"]).exp().detach()
        vs = vtrace(vals.detach(), b["rew"], b["done"], rhos, cfg.gamma)
        adv = (vs - vals).detach()
        loss = -(rhos.clamp(max=1) * adv * logp).mean() + 0.5 * (vs - vals).pow(2).mean() - 0.01 * ent / cfg.T
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        if it % 100 == 0:
            print(it, round(loss.item(), 4), "mean reward", round(b["rew"].mean().item(), 4))
    torch.save(net.state_dict(), cfg.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--T", type=int, default=40)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--iterations", type=int, default=10000)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--out", default="dispatcher.pt")
    cfg = p.parse_args()
    ctx = mp.get_context("spawn")
    net = Dispatcher()
    net.share_memory()
    inbox = ctx.Queue(maxsize=64)
    for i in range(cfg.actors):
        ctx.Process(target=run_actor, args=(100 + i, net, inbox, cfg), daemon=True).start()
    learner(net, inbox, cfg)
