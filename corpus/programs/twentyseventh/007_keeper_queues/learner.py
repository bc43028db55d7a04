import argparse

import numpy as np
import torch
import torch.multiprocessing as mp

from actor import actor_main
from net import KeeperNet, to_arrays


def stack(recs):
    return {k: torch.from_numpy(np.stack([r[k] for r in recs])) for k in recs[0]}


def impala_loss(net, b, gamma=0.98):
    n, t_max = b["act"].shape
    h = b["h0"][:, 0]
    logits, values = [], []
    for t in range(t_max):
        lg, v, h = net.step(b["obs"][:, t], h)
        h = h * (1 - b["done"][:, t]).unsqueeze(-1)
        logits.append(lg)
        values.append(v)
    last = net.step(b["last_obs"], h)[1].detach()
    dist = torch.distributions.Categorical(logits=torch.stack(logits, 1))
    values = torch.stack(values, 1)
    logp = dist.log_prob(b["act"])
    rho = (logp.detach() - b["logp"]).exp().clamp(max=1.0)
    targets, acc = [], last
    for t in reversed(range(t_max)):
        acc = b["rew"][:, t] + gamma * (1 - b["done"][:, t]) * acc
        v = values[:, t].detach()
        acc = v + rho[:, t] * (acc - v)
        targets.append(acc)
    targets = torch.stack(targets[::-1], 1)
    adv = targets - values.detach()
    return -(rho * logp * adv).mean() + 0.5 * (values - targets).pow(2).mean() - 0.01 * dist.entropy().mean()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=6)
    p.add_argument("--unroll", type=int, default=25)
    p.add_argument("--batch", type=int, default=12)
    p.add_argument("--updates", type=int, default=20000)
    args = p.parse_args()

    ctx = mp.get_context("spawn")
    outbox = ctx.Queue(maxsize=64)
    inboxes = [ctx.Queue() for _ in range(args.actors)]
    procs = [ctx.Process(target=actor_main, args=(i, q, outbox, args.unroll), daemon=True)
             for i, q in enumerate(inboxes)]
    net = KeeperNet()
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=1e-5)
    for q, pr in zip(inboxes, procs):
        q.put(to_arrays(net))
        pr.start()
    for u in range(args.updates):
        b = stack([outbox.get() for _ in range(args.batch)])
        loss = impala_loss(net, b)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        for q in inboxes:
            q.put(to_arrays(net))
        if u % 200 == 0:
            print(u, "loss %.3f" % loss.item(), "reward/step %.4f" % b["rew"].mean().item())
    torch.save(net.state_dict(), "keeper.pt")


if __name__ == "__main__":
    main()
