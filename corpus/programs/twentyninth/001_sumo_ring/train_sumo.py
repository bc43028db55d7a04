import argparse

import torch

from ring import SumoRing
from wrestlers import Rikishi, Stable, Wrestler, blank


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--bouts", type=int, default=64)
    p.add_argument("--updates", type=int, default=3000)
    p.add_argument("--unroll", type=int, default=32)
    p.add_argument("--enlist-every", type=int, default=50)
    p.add_argument("--switch-every", type=int, default=8)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lr", type=float, default=5e-4)
    return p.parse_args()


def main():
    args = parse()
    ring = SumoRing(args.bouts)
    student = Wrestler()
    opt = torch.optim.Adam(student.parameters(), lr=args.lr)
    stable = Stable()
    stable.enlist("u0", student)
    rival = Rikishi(args.bouts)
    rival.adopt(*stable.draw())

    mine, theirs = ring.reset()
    fresh = torch.ones(args.bouts)
    core = blank(args.bouts)
    score = 0.0

    for update in range(1, args.updates + 1):
        core = tuple(c.detach() for c in core)
        logps, values, rewards, dones, entropy = [], [], [], [], 0.0
        for _ in range(args.unroll):
            dist, value, core = student(mine, core, fresh)
            move = dist.sample()
            reply = rival.move(theirs, fresh)
            mine, theirs, reward, fresh = ring.step(move, reply)
            logps.append(dist.log_prob(move))
            values.append(value)
            rewards.append(reward)
            dones.append(fresh)
            entropy = entropy + dist.entropy().mean()
        with torch.no_grad():
            _, ret, _ = student(mine, core, fresh)
        loss = -0.01 * entropy / args.unroll
        for t in reversed(range(args.unroll)):
            ret = rewards[t] + args.gamma * (1 - dones[t]) * ret
            adv = ret - values[t]
            loss = loss + (0.5 * adv.pow(2) - logps[t] * adv.detach()).mean() / args.unroll
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 0.5)
        opt.step()

        score = 0.95 * score + 0.05 * torch.stack(rewards).sum(0).mean().item()
        if update % args.enlist_every == 0:
            stable.enlist(f"u{update}", student)
            print(update, "vs", rival.label, round(score, 3))
        if update % args.switch_every == 0:
            rival.adopt(*stable.draw())

    torch.save(student.state_dict(), "sumo.pt")


if __name__ == "__main__":
    main()
