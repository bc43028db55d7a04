import argparse

import torch
from torch import nn

from arm_env import ArmVec
from arm_policy import ArmPolicy


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--n", type=int, default=32)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--seg", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.98)
    a = ap.parse_args()
    pi, env = ArmPolicy(a.n), ArmVec(a.n)
    opt = torch.optim.Adam(pi.parameters(), 5e-4)
    x = torch.from_numpy(env.reset())
    for u in range(1, a.updates + 1):
        lp, vs, rs, ds = [], [], [], []
        for _ in range(a.seg):
            dist, v = pi(x)
            act = dist.sample()
            o, r, d = env.step(act.numpy())
            x, d = torch.from_numpy(o), torch.from_numpy(d)
            pi.wipe(d)
            lp.append(dist.log_prob(act).sum(-1)), vs.append(v), rs.append(torch.from_numpy(r)), ds.append(d.float())
        with torch.no_grad():
            keep = pi.held()
            g, tgt = pi(x)[1], []
            for k, t in keep.items():
                setattr(pi, k, t)
        for r, d in zip(reversed(rs), reversed(ds)):
            g = r + a.gamma * (1 - d) * g
            tgt.append(g)
        tgt, vs = torch.stack(tgt[::-1]), torch.stack(vs)
        loss = -(torch.stack(lp) * (tgt - vs).detach()).mean() + 0.5 * (tgt - vs).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(pi.parameters(), 1.0)
        opt.step()
        pi.cut()
        if u % 200 == 0:
            print(u, torch.stack(rs).mean().item())
            torch.save(pi.state_dict(), "arm.pt")


if __name__ == "__main__":
    main()
