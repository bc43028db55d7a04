import argparse
import os
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.tensorboard import SummaryWriter

import vizdoom_envs


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.c = nn.Sequential(nn.Conv2d(3, 32, 8, 4), nn.ReLU(), nn.Conv2d(32, 64, 4, 2), nn.ReLU(), nn.Conv2d(64, 32, 3, 1), nn.ReLU(), nn.Flatten())
        self.l = nn.Linear(32 * 7 * 7, 512)
        self.gru = nn.GRUCell(512, 512)
        self.p = nn.Linear(512, n)
        self.v = nn.Linear(512, 1)

    def forward(self, o, h, m):
        h = self.gru(F.relu(self.l(self.c(o / 255.0))), h * m)
        return self.p(h), self.v(h), h


def save(path, net, opt, it):
    torch.save({"net": net.state_dict(), "opt": opt.state_dict(), "it": it}, path + ".tmp")
    os.replace(path + ".tmp", path)


def get_args():
    ap = argparse.ArgumentParser()
    ap.add_argument("--scenario", default="my_way_home")
    ap.add_argument("--num-envs", type=int, default=16)
    ap.add_argument("--resume", action="store_true")
    ap.add_argument("--ckpt", default="ckpt/last.pt")
    ap.add_argument("--T", type=int, default=20)
    ap.add_argument("--updates", type=int, default=500_000)
    return ap.parse_args()


def main():
    args = get_args()
    dev = torch.device("cuda")
    envs = vizdoom_envs.make(args.scenario, args.num_envs)
    net = Net(envs.n_actions).to(dev)
    opt = torch.optim.RMSprop(net.parameters(), lr=7e-4, alpha=0.99, eps=1e-5)
    tb = SummaryWriter()
    obs = torch.as_tensor(envs.reset(), device=dev).float()
    h = torch.zeros(args.num_envs, 512, device=dev)
    m = torch.zeros(args.num_envs, 1, device=dev)
    start = 0
    if args.resume and os.path.exists(args.ckpt):
        ck = torch.load(args.ckpt, map_location=dev)
        net.load_state_dict(ck["net"])
        opt.load_state_dict(ck["opt"])
        start = ck["it"] + 1
        print("resumed at", start)

    t0 = time.time()
    for it in range(start, args.updates):
        h = h.detach()
        L, V, R, M, E = [], [], [], [], []
        for _ in range(args.T):
            lg, v, h = net(obs, h, m)
            d = torch.distributions.Categorical(logits=lg)
            a = d.sample()
            o, r, done = envs.step(a.cpu().numpy())
            obs = torch.as_tensor(o, device=dev).float()
            m = torch.as_tensor(1.0 - done.astype(np.float32), device=dev).unsqueeze(1)
            L.append(d.log_prob(a)); V.append(v[:, 0]); E.append(d.entropy())
            R.append(torch.as_tensor(r, device=dev).float()); M.append(m[:, 0])
        with torch.no_grad():
            ret = net(obs, h, m)[1][:, 0]
        loss = 0.0
        for i in reversed(range(args.T)):
            ret = R[i] + 0.99 * M[i] * ret
            adv = ret - V[i]
            loss = loss + (0.5 * adv.pow(2) - L[i] * adv.detach() - 0.01 * E[i]).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if it % 500 == 0:
            save(args.ckpt, net, opt, it)
            tb.add_scalar("fps", args.T * args.num_envs * (it - start + 1) / (time.time() - t0), it)
            tb.add_scalar("reward", torch.stack(R).mean().item(), it)


if __name__ == "__main__":
    main()
