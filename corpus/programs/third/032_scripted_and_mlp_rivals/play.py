import argparse

import torch
from torch.distributions import Categorical

from hockey.nets import LSTMStriker
from hockey.rink import Rink
from hockey.rivals import GoaliePool


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--rinks", type=int, default=32)
    ap.add_argument("--unroll", type=int, default=16)
    ap.add_argument("--updates", type=int, default=20_000)
    ap.add_argument("--substitute-every", type=int, default=25)
    ap.add_argument("--init", help="striker weights to start from")
    args = ap.parse_args()
    rink, goalies, striker = Rink(args.rinks), GoaliePool(), LSTMStriker()
    if args.init:
        striker.load_state_dict(torch.load(args.init))
    opt = torch.optim.Adam(striker.parameters(), lr=7e-4)
    goalies.remember()
    (obs, g_obs), hc = rink.reset(), striker.zeros(args.rinks)
    for up in range(1, args.updates + 1):
        hc = tuple(s.detach() for s in hc)
        tape, goalie_rows, goals = [], [], 0.0
        for _ in range(args.unroll):
            logits, value, hc = striker(torch.as_tensor(obs), hc)
            dist = Categorical(logits=logits)
            a, a_g = dist.sample(), goalies.act(g_obs)
            goalie_rows.append((torch.as_tensor(g_obs), torch.as_tensor(a_g)))
            (obs, g_obs), r, done = rink.step(a.numpy(), a_g)
            live = torch.as_tensor(~done).float()
            hc = tuple(s * live.unsqueeze(-1) for s in hc)
            tape.append((dist, a, value, torch.as_tensor(r, dtype=torch.float32), live))
            goals += float((r > 0).sum())
        ret, loss, gains = tape[-1][2].detach(), 0.0, []
        for dist, a, v, r, live in reversed(tape):
            ret = r + 0.98 * live * ret
            adv = ret - v
            gains.append(-ret)
            loss = loss + (0.5 * adv**2 - adv.detach() * dist.log_prob(a) - 0.01 * dist.entropy()).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        goalies.fit(*(torch.cat(x) for x in zip(*goalie_rows)), torch.cat(gains[::-1]))
        if up % args.substitute_every == 0:
            goalies.remember()
            goalies.substitute()
            print(up, "goals", goals, "goalie distance", round(goalies.distance(), 4))
    torch.save(striker.state_dict(), "striker.pt")


if __name__ == "__main__":
    main()
