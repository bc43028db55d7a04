#!/usr/bin/env python3
"""Self-play ladder for a tiny paddle game (vectorised, torch only)."""
import argparse
import copy
import random
from collections import deque

import torch
from torch import nn
import torch.nn.functional as F


def new_court(n):
    ball = torch.stack([torch.full((n,), 0.5), torch.rand(n)], 1)
    vel = torch.stack([torch.where(torch.rand(n) < 0.5, -0.05, 0.05), 0.06 * torch.rand(n) - 0.03], 1)
    bats = torch.full((n, 2), 0.5)
    return {"ball": ball, "vel": vel, "bats": bats}


def look(court, side):
    b, v, p = court["ball"], court["vel"], court["bats"]
    if side == 0:
        return torch.cat([b, p], 1)
    return torch.cat([1 - b[:, :1], b[:, 1:], p.flip(1)], 1)


def play_tick(court, a0, a1):
    move = torch.stack([a0, a1], 1).float() - 1
    court["bats"] = (court["bats"] + 0.05 * move).clamp(0.1, 0.9)
    court["ball"] = court["ball"] + court["vel"]
    y = court["ball"][:, 1]
    wall = (y < 0) | (y > 1)
    court["vel"][:, 1] = torch.where(wall, -court["vel"][:, 1], court["vel"][:, 1])
    hit0 = (court["ball"][:, 0] <= 0) & ((y - court["bats"][:, 0]).abs() < 0.12)
    hit1 = (court["ball"][:, 0] >= 1) & ((y - court["bats"][:, 1]).abs() < 0.12)
    court["vel"][:, 0] = torch.where(hit0, 0.05, torch.where(hit1, -0.05, court["vel"][:, 0]))
    lost = (court["ball"][:, 0] <= 0) & ~hit0
    won = (court["ball"][:, 0] >= 1) & ~hit1
    return won.float() - lost.float(), won | lost


class Player(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size
        self.inp = nn.Linear(4, size)
        self.gru = nn.GRU(size, size)
        self.act = nn.Linear(size, 3)
        self.val = nn.Linear(size, 1)

    def forward(self, obs, h):
        y, h = self.gru(F.elu(self.inp(obs)).unsqueeze(0), h)
        y = y.squeeze(0)
        return self.act(y), self.val(y).squeeze(-1), h


def set_of_rallies(player, rival, n, limit):
    """Play n rallies in parallel until each is decided or the limit is reached."""
    court = new_court(n)
    h = torch.zeros(1, n, player.size)
    hr = torch.zeros(1, n, rival.size)
    alive = torch.ones(n)
    result = torch.zeros(n)
    logps, vals, ents, masks = [], [], [], []
    for _ in range(limit):
        logits, v, h = player(look(court, 0), h)
        with torch.no_grad():
            r_logits, _, hr = rival(look(court, 1), hr)
        d = torch.distributions.Categorical(logits=logits)
        a = d.sample()
        b = torch.distributions.Categorical(logits=r_logits).sample()
        rew, over = play_tick(court, a, b)
        logps.append(d.log_prob(a))
        ents.append(d.entropy())
        vals.append(v)
        masks.append(alive.clone())
        result += alive * rew
        alive = alive * (~over).float()
        if alive.sum() == 0:
            break
    return result, torch.stack(logps), torch.stack(vals), torch.stack(ents), torch.stack(masks)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=8000)
    ap.add_argument("--rallies", type=int, default=64)
    ap.add_argument("--limit", type=int, default=200)
    ap.add_argument("--size", type=int, default=48)
    ap.add_argument("--promote", type=float, default=0.6)
    args = ap.parse_args()

    player = Player(args.size)
    rival = Player(args.size).eval()
    opt = torch.optim.Adam(player.parameters(), lr=3e-4)
    ladder = deque([copy.deepcopy(player.state_dict())], maxlen=20)
    rate = 0.5
    for u in range(args.updates):
        rung = ladder[-1] if random.random() < 0.5 else random.choice(ladder)
        rival.load_state_dict(rung)
        result, logp, val, ent, mask = set_of_rallies(player, rival, args.rallies, args.limit)
        adv = (result.unsqueeze(0) - val).detach()
        n = mask.sum()
        loss = (-(logp * adv) + 0.5 * (val - result) ** 2 - 0.01 * ent).mul(mask).sum() / n
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(player.parameters(), 0.5)
        opt.step()
        rate = 0.98 * rate + 0.02 * (result > 0).float().mean().item()
        if rate > args.promote:
            ladder.append(copy.deepcopy(player.state_dict()))
            rate = 0.5
            print(f"update {u}: new rung ({len(ladder)})")
    torch.save(player.state_dict(), "ladder_top.pt")


if __name__ == "__main__":
    main()
