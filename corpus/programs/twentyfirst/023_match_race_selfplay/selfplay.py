"""Self-play for match racing (two boats, one windward mark). LSTM helmsman, REINFORCE."""
import random

import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim


class Race:
    """Polar of the boat is cos-shaped, wind shifts slowly, the leader blankets the other one."""
    LIMIT = 250

    def reset(self):
        self.wind = random.uniform(-0.2, 0.2)
        self.pos = np.array([[-20.0, 0.0], [20.0, 0.0]])
        self.tack = [1, -1]
        self.t = 0
        return self.view(0), self.view(1)

    def view(self, me):
        d = (self.pos[1 - me] - self.pos[me]) / 50.0
        return torch.tensor([self.pos[me][0] / 50, self.pos[me][1] / 200, d[0], d[1], self.wind * 3,
                             self.tack[me], self.tack[1 - me]], dtype=torch.float32)

    def step(self, acts):
        self.wind += random.gauss(0, 0.01)
        for b, a in enumerate(acts):
            speed = 1.0
            if a == 2:
                self.tack[b] = -self.tack[b]
                speed = 0.3
            angle = (0.7, 0.85, 0.75)[a] * self.tack[b] + self.wind
            d = self.pos[1 - b] - self.pos[b]
            if 0 < d[1] < 8 and abs(d[0]) < 5:
                speed *= 0.8
            self.pos[b] += speed * np.array([np.sin(angle), np.cos(angle)])
        self.t += 1
        up = [p[1] - 0.5 * abs(p[0]) for p in self.pos]
        done = self.t >= self.LIMIT or max(up) > 120
        win = 0.0 if not done else float(np.sign(up[0] - up[1]))
        return self.view(0), self.view(1), win, done


class Helm(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(7, hidden)
        self.pi = nn.Linear(hidden, 3)

    def start(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, o, s):
        h, c = self.lstm(o.unsqueeze(0), s)
        return torch.distributions.Categorical(logits=self.pi(h)), (h, c)


def race(learner, rival):
    env = Race()
    o0, o1 = env.reset()
    s0, s1 = learner.start(), rival.start()
    logps, done = [], False
    while not done:
        d0, s0 = learner(o0, s0)
        a0 = d0.sample()
        with torch.no_grad():
            d1, s1 = rival(o1, s1)
        o0, o1, win, done = env.step((a0.item(), d1.sample().item()))
        logps.append(d0.log_prob(a0))
    return torch.cat(logps).sum(), win


def main(iters=4000, races=8, every=50, keep=30):
    learner, rival = Helm(), Helm()
    opt = optim.Adam(learner.parameters(), lr=1e-3)
    pool = [learner.state_dict()]
    base, wins = 0.0, []
    for it in range(iters):
        rival.load_state_dict(random.choice(pool))
        loss = 0.0
        for _ in range(races):
            logp, win = race(learner, rival)
            loss = loss - (win - base) * logp / races
            base = 0.99 * base + 0.01 * win
            wins.append(win > 0)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        opt.step()
        if (it + 1) % every == 0:
            pool.append(learner.state_dict())
            pool = pool[-keep:]
            print(f"{it + 1:5d}  pool {len(pool):2d}  won {np.mean(wins[-every * races:]):.2%}")
    torch.save(learner.state_dict(), "helm.pt")


if __name__ == "__main__":
    main()
