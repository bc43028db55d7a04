"""RL^2 drum machine: the GRU has to find out the favourites of the guitarist while it plays."""
import argparse

import torch
from torch import nn
from torch.distributions import Categorical

from jam import JamSessions


class DrumBrain(nn.Module):
    def __init__(self, sections, grooves, size=96):
        super().__init__()
        self.size, self.grooves = size, grooves
        self.embed = nn.Linear(sections + grooves + 1, size)
        self.gru = nn.GRUCell(size, size)
        self.pi = nn.Linear(size, grooves)
        self.v = nn.Linear(size, 1)

    def forward(self, obs, prev_a, prev_r, h):
        x = torch.cat([obs, prev_a, prev_r[:, None]], 1)
        h = self.gru(torch.tanh(self.embed(x)), h)
        return self.pi(h), self.v(h).squeeze(1), h


def one_hot(a, n):
    return nn.functional.one_hot(a, n).float()


def evaluate(brain, n=200, bars=40):
    jam = JamSessions(n, mean_bars=10_000)
    obs, h = jam.observe(), torch.zeros(n, brain.size)
    pa, pr = torch.zeros(n, brain.grooves), torch.zeros(n)
    curve = []
    with torch.no_grad():
        for _ in range(bars):
            logits, _, h = brain(obs, pa, pr, h)
            a = logits.argmax(1)
            obs, pr, _ = jam.play(a)
            pa = one_hot(a, brain.grooves)
            curve.append(pr.mean().item())
    return curve


def train(args):
    torch.manual_seed(args.seed)
    jam = JamSessions(args.batch)
    brain = DrumBrain(jam.sections, jam.grooves)
    opt = torch.optim.Adam(brain.parameters(), lr=args.lr)
    obs = jam.observe()
    h = torch.zeros(args.batch, brain.size)
    pa, pr = torch.zeros(args.batch, brain.grooves), torch.zeros(args.batch)
    for it in range(args.iterations):
        h = h.detach()
        logps, values, ents, rewards, ends = [], [], [], [], []
        for _ in range(args.unroll):
            logits, v, h = brain(obs, pa, pr, h)
            dist = Categorical(logits=logits)
            a = dist.sample()
            obs, smile, left = jam.play(a)
            pa = one_hot(a, brain.grooves) * (1 - left)[:, None]
            pr = smile * (1 - left)
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(v)
            rewards.append(smile)
            ends.append(left)
        with torch.no_grad():
            ret = brain(obs, pa, pr, h)[1]
        loss = 0.0
        for t in reversed(range(args.unroll)):
            ret = rewards[t] + args.gamma * ret * (1 - ends[t])
            adv = ret - values[t]
            loss = loss - (logps[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - args.ent * ents[t].mean()
        opt.zero_grad()
        (loss / args.unroll).backward()
        nn.utils.clip_grad_norm_(brain.parameters(), 1.0)
        opt.step()
        if it % 200 == 0:
            c = evaluate(brain)
            print(f"{it:6d} train {torch.stack(rewards).mean():.3f} eval first bars {sum(c[:5]) / 5:.3f} last {sum(c[-5:]) / 5:.3f}")
    torch.save(brain.state_dict(), args.out)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--batch", type=int, default=64)
    ap.add_argument("--unroll", type=int, default=24)
    ap.add_argument("--iterations", type=int, default=20000)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--gamma", type=float, default=0.9)
    ap.add_argument("--ent", type=float, default=0.01)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="drum_brain.pt")
    train(ap.parse_args())
