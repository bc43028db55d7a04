"""Self-play for the catcher and the runner; each side meets earlier versions of the other."""
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from rooftops import Rooftops


class TagNet(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.width = width
        self.front = nn.Linear(6, width)
        self.gru = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, 5)
        self.v = nn.Linear(width, 1)

    def forward(self, x, h):
        h = self.gru(F.relu(self.front(x)).unsqueeze(0), h)
        return self.pi(h)[0], self.v(h)[0, 0], h


class Side:
    def __init__(self, role, lr=3e-4, keep=15):
        self.role = role
        self.net = TagNet()
        self.old = TagNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.keep = keep
        self.history = []
        self.save()

    def save(self):
        self.history.append(self.net.state_dict())
        if len(self.history) > self.keep:
            del self.history[random.randrange(1, len(self.history) - 1)]

    def earlier(self):
        self.old.load_state_dict(random.choice(self.history))
        return self.old

    def learn(self, bouts, gamma=0.98):
        loss, n = 0.0, 0
        for logps, values, entropies, rewards in bouts:
            g = 0.0
            for lp, v, ent, r in zip(logps[::-1], values[::-1], entropies[::-1], rewards[::-1]):
                g = r + gamma * g
                loss = loss - lp * (g - v.item()) + 0.5 * (v - g) ** 2 - 0.01 * ent
                n += 1
        self.opt.zero_grad()
        (loss / n).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()


def bout(env, learner, opponent, role):
    sights = env.reset()
    h = torch.zeros(1, learner.width)
    h_opp = torch.zeros(1, opponent.width)
    logps, values, entropies, rewards = [], [], [], []
    done = False
    while not done:
        logits, v, h = learner(sights[role], h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        with torch.no_grad():
            opp_logits, _, h_opp = opponent(sights[1 - role], h_opp)
            b = torch.multinomial(F.softmax(opp_logits, -1), 1)
        moves = (a.item(), b.item()) if role == 0 else (b.item(), a.item())
        sights, r, done = env.step(*moves)
        logps.append(dist.log_prob(a))
        values.append(v)
        entropies.append(dist.entropy())
        rewards.append(r if role == 0 else -r)
    return logps, values, entropies, rewards


def main(rounds=5000, per_round=16, save_every=50):
    torch.manual_seed(8)
    random.seed(8)
    env = Rooftops()
    sides = [Side(0), Side(1)]
    for rnd in range(1, rounds + 1):
        means = []
        for me, other in (sides, sides[::-1]):
            bouts = [bout(env, me.net, other.earlier(), me.role) for _ in range(per_round)]
            me.learn(bouts)
            means.append(sum(sum(b[3]) for b in bouts) / per_round)
        if rnd % save_every == 0:
            for s in sides:
                s.save()
            print(f"round {rnd} catcher {means[0]:+.2f} runner {means[1]:+.2f}")
    torch.save({"catcher": sides[0].net.state_dict(), "runner": sides[1].net.state_dict()}, "tag.pt")


if __name__ == "__main__":
    main()
