import argparse

import torch

from agent import WardAgent, discharge
from ward import Ward


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--beds", type=int, default=64)
    ap.add_argument("--unroll", type=int, default=25)
    ap.add_argument("--updates", type=int, default=4000)
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--init", default=None)
    ap.add_argument("--out", default="ward.pt")
    args = ap.parse_args()
    torch.manual_seed(2)
    ward = Ward(args.beds)
    agent = WardAgent(ward.n_obs, ward.n_act)
    if args.init:
        agent.load_state_dict(torch.load(args.init))
    opt = torch.optim.Adam(agent.parameters(), lr=5e-4)
    obs, charts = ward.open(), agent.empty_beds(args.beds)
    for up in range(args.updates):
        charts = charts.detach()
        lp, val, rew, live, ent = [], [], [], [], []
        for _ in range(args.unroll):
            dist, v, charts = agent(obs, charts)
            act = dist.sample()
            obs, r, out = ward.step(act)
            charts = discharge(charts, out)
            lp.append(dist.log_prob(act))
            ent.append(dist.entropy())
            val.append(v)
            rew.append(r)
            live.append((~out).float())
        with torch.no_grad():
            ret = agent(obs, charts)[1]
        rets = []
        for r, m in zip(rew[::-1], live[::-1]):
            ret = r + args.gamma * m * ret
            rets.insert(0, ret)
        rets, val = torch.stack(rets), torch.stack(val)
        adv = (rets - val).detach()
        loss = -(torch.stack(lp) * adv).mean() + 0.5 * (rets - val).pow(2).mean() - 0.01 * torch.stack(ent).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(agent.parameters(), 0.5)
        opt.step()
        if up % 100 == 0:
            print(up, round(torch.stack(rew).mean().item(), 3))
            torch.save(agent.state_dict(), args.out)


if __name__ == "__main__":
    main()
