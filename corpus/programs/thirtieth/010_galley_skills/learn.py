import random
import sys

import torch
import torch.nn.functional as F

from agent import Chef, Galley
from kitchen import Kitchen


def shift(agent, env, eps):
    obs, over, total = env.reset(), False, 0.0
    agent.begin()
    xs, picks = [], []
    while not over:
        xs.append(obs)
        a, chosen = agent.act(obs, eps)
        if chosen is not None:
            picks.append([len(xs) - 1, chosen, 0.0])
        obs, r, over = env.step(a)
        picks[-1][2] += r
        total += r
    return xs, picks, total


def regress(chef, target, opt, book):
    xs, picks, _ = random.choice(book)
    x = torch.stack([torch.from_numpy(o) for o in xs]).unsqueeze(1)
    m, tm = torch.zeros(1, chef.width), torch.zeros(1, chef.width)
    qs, tqs = [], []
    for row in x:
        q, m = chef(row, m)
        with torch.no_grad():
            tq, tm = target(row, tm)
        qs.append(q[0])
        tqs.append(tq[0])
    loss = 0.0
    for n, (t, skill, r) in enumerate(picks):
        nxt = tqs[picks[n + 1][0]].max() if n + 1 < len(picks) else 0.0
        loss = loss + F.smooth_l1_loss(qs[t][skill], torch.as_tensor(r + 0.97 * nxt))
    opt.zero_grad()
    (loss / len(picks)).backward()
    torch.nn.utils.clip_grad_norm_(chef.parameters(), 10.0)
    opt.step()


def main(drawer):
    env = Kitchen(4)
    width = 2 * Kitchen.N + 2
    agent = Galley(width, 3, drawer)
    target = Chef(width, len(agent.names))
    opt = torch.optim.Adam(agent.chef.parameters(), lr=5e-4)
    book = []
    for n in range(20000):
        if n % 100 == 0:
            target.load_state_dict(agent.chef.state_dict())
        book.append(shift(agent, env, max(0.05, 1 - n / 4000)))
        book = book[-2000:]
        regress(agent.chef, target, opt, book)
        if n % 200 == 0:
            print(n, sum(b[2] for b in book[-200:]) / len(book[-200:]))
    torch.save(agent.chef.state_dict(), "chef.pt")


if __name__ == "__main__":
    main(sys.argv[1])
