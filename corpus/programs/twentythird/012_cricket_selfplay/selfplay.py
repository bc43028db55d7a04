import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

SHOTS = ["leave", "block", "drive", "cut", "pull", "sweep", "loft"]
BALLS = ["good", "short", "full", "yorker", "slower", "bouncer"]


class Side(nn.Module):
    def __init__(self, n_in, n_out, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.emb = nn.Linear(n_in, hidden)
        self.mem = nn.LSTMCell(hidden, hidden)
        self.out = nn.Linear(hidden, n_out)

    def fresh(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, x, hc):
        hc = self.mem(torch.tanh(self.emb(x)), hc)
        return Categorical(logits=self.out(hc[0])), hc


def outcome(ball, shot):
    risk = 0.02 + 0.03 * (shot >= 2) + 0.05 * (shot == 6) + 0.04 * (ball in (3, 5)) * (shot != 1)
    if random.random() < risk:
        return 0, True
    return random.choices([0, 1, 2, 4, 6], [5, 4, 1, shot, (shot == 6) * 3])[0], False


def features(n, runs, wickets, last_ball, last_shot):
    f = torch.zeros(1, 3 + len(BALLS) + len(SHOTS))
    f[0, 0], f[0, 1], f[0, 2] = n / 120, runs / 200, wickets / 10
    if last_ball is not None:
        f[0, 3 + last_ball] = 1
        f[0, 3 + len(BALLS) + last_shot] = 1
    return f


def innings(batter, bowler, overs=20):
    bat_hc, bowl_hc = batter.fresh(), bowler.fresh()
    runs = wickets = 0
    ball = shot = None
    bat_lp, bowl_lp = [], []
    for n in range(overs * 6):
        x = features(n, runs, wickets, ball, shot)
        bd, bowl_hc = bowler(x, bowl_hc)
        b = bd.sample()
        sd, bat_hc = batter(x, bat_hc)
        s = sd.sample()
        bowl_lp.append(bd.log_prob(b))
        bat_lp.append(sd.log_prob(s))
        ball, shot = int(b), int(s)
        r, out = outcome(ball, shot)
        runs += r
        wickets += int(out)
        if wickets == 10:
            break
    return runs, bat_lp, bowl_lp


def train(matches=30000, store_every=250):
    n_in = 3 + len(BALLS) + len(SHOTS)
    batter, bowler = Side(n_in, len(SHOTS)), Side(n_in, len(BALLS))
    rival = Side(n_in, len(BALLS))
    opt_bat = torch.optim.Adam(batter.parameters(), lr=3e-4)
    opt_bowl = torch.optim.Adam(bowler.parameters(), lr=3e-4)
    past_bowlers = []
    par = 120.0
    for m in range(matches):
        if m % store_every == 0:
            past_bowlers.append(bowler.state_dict())
        if random.random() < 0.3:
            rival.load_state_dict(random.choice(past_bowlers))
            runs, bat_lp, _ = innings(batter, rival)
            bowl_lp = None
        else:
            runs, bat_lp, bowl_lp = innings(batter, bowler)
        adv = (runs - par) / 40
        par += 0.01 * (runs - par)

        opt_bat.zero_grad()
        (-adv * torch.cat(bat_lp).mean()).backward()
        opt_bat.step()
        if bowl_lp is not None:
            opt_bowl.zero_grad()
            (adv * torch.cat(bowl_lp).mean()).backward()
            opt_bowl.step()
        if m % 500 == 0:
            print(f"match {m}: par score {par:.1f}, {len(past_bowlers)} stored bowlers")
    torch.save({"batter": batter.state_dict(), "bowler": bowler.state_dict()}, "cricket.pt")


if __name__ == "__main__":
    train()
