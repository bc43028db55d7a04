import argparse
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from members import build


def train_segment(m, length):
    lp, vals, rews, cont, ent = [], [], [], [], []
    for _ in range(length):
        x = torch.from_numpy(m.obs).view(1, 1, -1)
        logits, v, m.state = m.net(x, m.state)
        dist = Categorical(logits=logits[0, 0])
        a = dist.sample()
        m.obs, r, done = m.env.step(a.item())
        m.total += r
        lp.append(dist.log_prob(a))
        ent.append(dist.entropy())
        vals.append(v[0, 0])
        rews.append(r)
        cont.append(not done)
        if done:
            m.history.append(m.total)
            m.restart()

    with torch.no_grad():
        _, boot, _ = m.net(torch.from_numpy(m.obs).view(1, 1, -1), m.state)
    ret, targets = boot[0, 0], []
    for r, c in zip(reversed(rews), reversed(cont)):
        ret = r + (m.hparams["gamma"] * ret if c else 0.0)
        targets.insert(0, torch.as_tensor(ret))
    adv = torch.stack(targets) - torch.stack(vals)
    loss = -(torch.stack(lp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
    loss = loss - m.hparams["entropy"] * torch.stack(ent).mean()
    m.opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(m.net.parameters(), 0.5)
    m.opt.step()
    if m.state is not None:
        m.state = tuple(s.detach() for s in m.state)


def exploit(members, size, restart_envs, rng):
    """Tournament selection: the worst of `size` random members copies the best of them."""
    group = rng.sample(members, size)
    group.sort(key=lambda m: m.fitness())
    worst, best = group[0], group[-1]
    if best.fitness() <= worst.fitness():
        return
    worst.adopt(best, rng)
    if restart_envs:
        worst.restart()
    print(f"[pbt] {worst.name} <- {best.name} {worst.hparams}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--population", type=int, default=10)
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--segment", type=int, default=64)
    ap.add_argument("--rounds", type=int, default=4000)
    ap.add_argument("--exploit-every", type=int, default=40)
    ap.add_argument("--tournament-size", type=int, default=3)
    ap.add_argument("--restart-envs", action="store_true", help="start a new day after an exploit")
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    members = [build(i, args.hidden, rng) for i in range(args.population)]

    for rnd in range(1, args.rounds + 1):
        for m in members:
            train_segment(m, args.segment)
        if rnd % args.exploit_every == 0:
            exploit(members, args.tournament_size, args.restart_envs, rng)
            top = max(members, key=lambda m: m.fitness())
            print(f"round {rnd} best {top.name} {top.fitness():.1f}")

    top = max(members, key=lambda m: m.fitness())
    torch.save({"net": top.net.state_dict(), "hparams": top.hparams}, "elevator_pbt.pt")


if __name__ == "__main__":
    main()
