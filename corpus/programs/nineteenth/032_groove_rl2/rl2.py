import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from groove import Listener

P = Listener.PATTERNS


class MetaDrummer(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.lstm = nn.LSTMCell(P + 1, hidden)
        self.pi, self.v = nn.Linear(hidden, P), nn.Linear(hidden, 1)
        self.hidden = hidden

    def start(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, last_pattern, last_nod, hc):
        x = torch.zeros(1, P + 1)
        if last_pattern is not None:
            x[0, last_pattern] = 1.0
        x[0, P] = last_nod
        hc = self.lstm(x, hc)
        return Categorical(logits=self.pi(hc[0])), self.v(hc[0])[0, 0], hc


def session(net, listener):
    listener.reset()
    hc = net.start()
    pattern, nod, over = None, 0.0, False
    logps, vals, ents, nods = [], [], [], []
    while not over:
        dist, v, hc = net(pattern, nod, hc)
        a = dist.sample()
        pattern = a.item()
        nod, over = listener.hear(pattern)
        logps.append(dist.log_prob(a)[0])
        ents.append(dist.entropy()[0])
        vals.append(v)
        nods.append(nod)
    return torch.stack(logps), torch.stack(vals), torch.stack(ents), nods


def returns(nods, gamma):
    out, acc = [], 0.0
    for r in reversed(nods):
        acc = r + gamma * acc
        out.append(acc)
    return torch.tensor(out[::-1])


def validate(net, n=50):
    rng = np.random.default_rng(7)
    with torch.no_grad():
        return float(np.mean([np.mean(session(net, Listener(rng))[3]) for _ in range(n)]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--sessions", type=int, default=16)
    ap.add_argument("--gamma", type=float, default=0.95)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--best", default="drummer_best.pt")
    args = ap.parse_args()

    rng = np.random.default_rng(0)
    listener = Listener(rng)
    net = MetaDrummer()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    best, since = -1.0, 0
    for u in range(args.updates):
        loss = 0.0
        for _ in range(args.sessions):
            logp, val, ent, nods = session(net, listener)
            ret = returns(nods, args.gamma)
            adv = ret - val
            loss = loss - (logp * adv.detach()).mean() + 0.25 * adv.pow(2).mean() - 0.02 * ent.mean()
        opt.zero_grad()
        (loss / args.sessions).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        if u % 50 == 0:
            score = validate(net)
            print(f"{u:5d} nods per bar {score:.3f}")
            if score > best:
                best, since = score, 0
                torch.save(net.state_dict(), args.best)
            else:
                since += 1
            if since == 20:
                net.load_state_dict(torch.load(args.best))
                for g in opt.param_groups:
                    g["lr"] *= 0.5
                since = 0


if __name__ == "__main__":
    main()
