import argparse

import torch

from board import N_MOVES
from league import League
from nets import TaflNet
from worker import SelfPlayWorker


def update(net, opt, traj, n, gamma=0.99, clip=0.2, epochs=3):
    p, m, a, lp, v, r, d = (torch.stack(x) for x in zip(*traj))
    T = len(traj)
    ret = torch.zeros_like(r)
    run = v[-1]
    for t in reversed(range(T)):
        # d[t] says that a game began at t, so nothing flows back over it
        nxt = d[t + 1] if t + 1 < T else torch.zeros_like(run)
        run = r[t] + gamma * run * (1 - nxt)
        ret[t] = run
    adv = ret - v
    for _ in range(epochs):
        mem = net.zero(n)
        logs, vals, ents = [], [], []
        for t in range(T):
            k = (1 - d[t]).view(1, -1, 1)
            dist, val, mem = net(p[t], tuple(k * x for x in mem), m[t])
            logs.append(dist.log_prob(a[t]))
            vals.append(val)
            ents.append(dist.entropy())
        ratio = (torch.stack(logs) - lp).exp()
        pg = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
        loss = pg + 0.5 * (torch.stack(vals) - ret).pow(2).mean() - 0.01 * torch.stack(ents).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--boards", type=int, default=16)
    ap.add_argument("--block", type=int, default=48)
    ap.add_argument("--blocks", type=int, default=4000)
    ap.add_argument("--reseat", type=int, default=5)
    ap.add_argument("--enroll", type=int, default=50)
    a = ap.parse_args()

    net = TaflNet(N_MOVES)
    opt = torch.optim.Adam(net.parameters(), 3e-4)
    league = League()
    league.enroll("random-init", net)
    w = SelfPlayWorker(net, a.boards)
    league.seat(w.rival)

    for k in range(1, a.blocks + 1):
        if k % a.reseat == 0:
            tag = league.seat(w.rival)
            print("block", k, "against", tag)
        w.begin_block()
        traj = w.collect(a.block, league.book)
        update(net, opt, traj, a.boards)
        if k % a.enroll == 0:
            league.enroll(f"b{k}", net)
            torch.save(net.state_dict(), "tafl_latest.pt")


if __name__ == "__main__":
    main()
