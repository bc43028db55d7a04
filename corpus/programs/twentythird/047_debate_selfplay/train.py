import argparse
import random

import torch
import torch.nn as nn
from torch.distributions import Categorical

from debate import Debate


class Debater(nn.Module):
    def __init__(self, k=8, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(3 * k, hidden)
        self.move = nn.Linear(hidden, 2 * k)
        self.win = nn.Linear(hidden, 1)

    def begin(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, obs, hc):
        h, c = self.cell(obs.unsqueeze(0), hc)
        return Categorical(logits=self.move(h)[0]), torch.tanh(self.win(h))[0, 0], (h, c)


class SelfPlayTrainer:
    def __init__(self, args):
        self.args = args
        self.env = Debate(seed=args.seed)
        self.agent = Debater()
        self.rival = Debater()
        self.opt = torch.optim.Adam(self.agent.parameters(), lr=args.lr)
        self.past = []
        self.wins = 0.5

    def snapshot(self):
        self.past.append(self.agent.state_dict())
        if len(self.past) > self.args.keep:
            self.past.pop(random.randrange(len(self.past) - 1))

    def draw_rival(self):
        self.rival.load_state_dict(random.choice(self.past))

    def play(self):
        side = random.randrange(2)
        self.env.reset()
        mine, theirs = self.agent.begin(), self.rival.begin()
        logps, values, ents = [], [], []
        over, speaker = False, 0
        while not over:
            obs = self.env.obs(speaker)
            if speaker == side:
                dist, v, mine = self.agent(obs, mine)
                move = dist.sample()
                logps.append(dist.log_prob(move))
                values.append(v)
                ents.append(dist.entropy())
            else:
                with torch.no_grad():
                    dist, _, theirs = self.rival(obs, theirs)
                move = dist.sample()
            over = self.env.speak(speaker, move.item())
            speaker = 1 - speaker
        result = self.env.verdict() * (1.0 if side == 0 else -1.0)
        return result, torch.stack(logps), torch.stack(values), torch.stack(ents)

    def step(self):
        loss = 0.0
        for _ in range(self.args.batch):
            result, logp, v, ent = self.play()
            self.wins = 0.995 * self.wins + 0.005 * (result > 0)
            adv = result - v
            loss = loss + (-(logp * adv.detach()) + 0.5 * adv ** 2 - 0.01 * ent).mean()
        self.opt.zero_grad()
        (loss / self.args.batch).backward()
        self.opt.step()

    def run(self):
        self.snapshot()
        for it in range(self.args.iters):
            self.draw_rival()
            self.step()
            if it % self.args.every == 0:
                self.snapshot()
                print(f"iter {it} win rate vs past {self.wins:.3f} ({len(self.past)} past versions)")
        torch.save(self.agent.state_dict(), "debater.pt")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--iters", type=int, default=20000)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--every", type=int, default=100)
    p.add_argument("--keep", type=int, default=30)
    p.add_argument("--lr", type=float, default=5e-4)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    SelfPlayTrainer(args).run()
