"""Arena for the side-pot bots.

A match is a few hundred hands, and the bots read each other all the way. Seat 0 is the bot under test, the others come from the
bench; like at a real table somebody leaves now and then and another bot takes the chair.
"""
import argparse
import glob
import json
import os
import random

import torch
import torch.nn as nn

from sidepot_env import SidePotMatch


class Bot(nn.Module):
    def __init__(self, n_in, n_act, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(n_in, hidden)
        self.core = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_act)

    def forward(self, x, hc):
        h, c = self.core(torch.relu(self.inp(x)), hc)
        return self.pi(h), (h, c)


class Chair:
    def __init__(self, idx, n_in, n_act, device):
        self.idx = idx
        self.device = device
        self.net = Bot(n_in, n_act).to(device).eval()
        self.who = None
        self.memory = None
        self.won = {}

    def seat(self, path):
        self.net.load_state_dict(torch.load(path, map_location=self.device))
        self.who = os.path.basename(path)
        self.won.setdefault(self.who, 0.0)

    def new_match(self):
        z = torch.zeros(1, self.net.hidden, device=self.device)
        self.memory = (z, z.clone())

    @torch.no_grad()
    def decide(self, obs):
        x = torch.from_numpy(obs).unsqueeze(0).to(self.device)
        logits, self.memory = self.net(x, self.memory)
        return torch.distributions.Categorical(logits=logits).sample().item()


def play_match(chairs, env, bench, every):
    env.start()
    for ch in chairs:
        ch.new_match()
    while env.hand_no < env.hands:
        if env.hand_no and env.hand_no % every == 0:
            leaving = random.choice(chairs[1:])
            leaving.seat(random.choice(bench))
        before = env.stacks.copy()
        acts = [ch.decide(env.obs(ch.idx)) for ch in chairs]
        env.play(acts)
        for ch in chairs:
            ch.won[ch.who] += float(env.stacks[ch.idx] - before[ch.idx])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("hero")
    ap.add_argument("--bench", default="bots/*.pt")
    ap.add_argument("--seats", type=int, default=4)
    ap.add_argument("--hands", type=int, default=400)
    ap.add_argument("--matches", type=int, default=50)
    ap.add_argument("--rotate", type=int, default=60)
    ap.add_argument("--out", default="arena.json")
    a = ap.parse_args()

    bench = sorted(glob.glob(a.bench))
    dev = "cuda" if torch.cuda.is_available() else "cpu"
    n_in = 2 + 2 * a.seats
    chairs = [Chair(i, n_in, SidePotMatch.N_ACT, dev) for i in range(a.seats)]
    for m in range(a.matches):
        chairs[0].seat(a.hero)
        for ch in chairs[1:]:
            ch.seat(random.choice(bench))
        play_match(chairs, SidePotMatch(a.seats, a.hands, seed=m), bench, a.rotate)

    total = {}
    for ch in chairs:
        for who, chips in ch.won.items():
            total[who] = total.get(who, 0.0) + chips
    with open(a.out, "w") as f:
        json.dump(total, f, indent=1)
    for who, chips in sorted(total.items(), key=lambda t: -t[1]):
        print(f"{who:30s} {chips:+10.1f}")


if __name__ == "__main__":
    main()
