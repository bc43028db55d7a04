import argparse
import copy
from collections import deque

import torch
import torch.nn as nn
from torch.distributions import Normal

from slalom import SlalomVec

parser = argparse.ArgumentParser()
parser.add_argument("--envs", type=int, default=32)
parser.add_argument("--horizon", type=int, default=64)
parser.add_argument("--updates", type=int, default=4000)
parser.add_argument("--lr", type=float, default=1e-3)
parser.add_argument("--epochs", type=int, default=6)
parser.add_argument("--collapse", type=float, default=0.5, help="fraction of the best score that counts as a collapse")


class ActorCritic(nn.Module):
    def __init__(self, obs_dim, act_dim, width=64):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(obs_dim, width)
        self.lstm = nn.LSTMCell(width, width)
        self.mean = nn.Linear(width, act_dim)
        self.log_std = nn.Parameter(torch.zeros(act_dim) - 0.5)
        self.critic = nn.Linear(width, 1)

    def step(self, obs, hc, begin):
        keep = (1 - begin).unsqueeze(1)
        h, c = self.lstm(torch.tanh(self.inp(obs)), (hc[0] * keep, hc[1] * keep))
        return Normal(self.mean(h), self.log_std.exp()), self.critic(h).squeeze(1), (h, c)

    def unroll(self, obs, hc, begin, act):
        logp, val, ent = [], [], []
        for o, b, a in zip(obs, begin, act):
            pi, v, hc = self.step(o, hc, b)
            logp.append(pi.log_prob(a).sum(1)), val.append(v), ent.append(pi.entropy().sum(1))
        return torch.stack(logp), torch.stack(val), torch.stack(ent)


def main():
    args = parser.parse_args()
    env = SlalomVec(args.envs)
    model = ActorCritic(env.obs_dim, env.act_dim)
    opt = torch.optim.Adam(model.parameters(), lr=args.lr)

    obs = torch.from_numpy(env.reset())
    begin = torch.ones(args.envs)
    hc = (torch.zeros(args.envs, model.width), torch.zeros(args.envs, model.width))

    recent = deque(maxlen=10)
    best_score, best = -float("inf"), None
    for update in range(args.updates):
        hc0 = hc
        buf = {k: [] for k in ("obs", "begin", "act", "logp", "val", "rew", "done")}
        for _ in range(args.horizon):
            with torch.no_grad():
                pi, val, hc = model.step(obs, hc, begin)
                act = pi.sample()
            nxt, rew, done = env.step(act.numpy())
            done = torch.from_numpy(done).float()
            for k, x in zip(buf, (obs, begin, act, pi.log_prob(act).sum(1), val, torch.from_numpy(rew), done)):
                buf[k].append(x)
            obs, begin = torch.from_numpy(nxt), done
        b = {k: torch.stack(v) for k, v in buf.items()}

        with torch.no_grad():
            nxt_v = model.step(obs, hc, begin)[1]
        adv, acc = torch.zeros_like(b["rew"]), torch.zeros(args.envs)
        for t in reversed(range(args.horizon)):
            live = 1 - b["done"][t]
            acc = b["rew"][t] + 0.99 * live * nxt_v - b["val"][t] + 0.99 * 0.95 * live * acc
            adv[t], nxt_v = acc, b["val"][t]
        ret = adv + b["val"]
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)

        for _ in range(args.epochs):
            logp, val, ent = model.unroll(b["obs"], hc0, b["begin"], b["act"])
            ratio = (logp - b["logp"]).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = pg + 0.5 * (val - ret).pow(2).mean() - 1e-3 * ent.mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            opt.step()

        recent.append(b["rew"].mean().item())
        score = sum(recent) / len(recent)
        if len(recent) == recent.maxlen:
            if score > best_score:
                best_score, best = score, copy.deepcopy(model.state_dict())
            elif best_score > 0 and score < args.collapse * best_score:
                print(f"update {update}: collapsed to {score:.4f}, back to {best_score:.4f}")
                model.load_state_dict(best)
                opt = torch.optim.Adam(model.parameters(), lr=args.lr * 0.5)
                recent.clear()
        if update % 25 == 0:
            print(f"update {update} score {score:.4f}")
    torch.save(best, "slalom_best.pt")


if __name__ == "__main__":
    main()
