import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from pole_no_vel import look, new_pole, push

ACTIONS = [-1.0, 0.0, 1.0]
HID = 32


def make_net():
    return nn.ModuleDict({
        "rnn": nn.GRUCell(3, HID),
        "pi": nn.Linear(HID, len(ACTIONS)),
        "v": nn.Linear(HID, 1),
    })


def think(net, s, h):
    h = net["rnn"](torch.tensor([look(s)]), h)
    return torch.distributions.Categorical(logits=net["pi"](h)), net["v"](h).view(()), h


def play(net, s, h, n, lengths):
    h = h.detach()
    steps = []
    for _ in range(n):
        dist, v, h = think(net, s, h)
        a = dist.sample()
        r, done = push(s, ACTIONS[a.item()])
        steps.append((dist.log_prob(a), v, r, done))
        if done:
            lengths.append(s["t"])
            s, h = new_pole(), torch.zeros(1, HID)
    return steps, s, h


def learn(net, opt, steps, s, h):
    with torch.no_grad():
        ret = think(net, s, h)[1]
    loss = 0.0
    for logp, v, r, done in reversed(steps):
        ret = r + (0.0 if done else 0.99 * ret)
        loss = loss - logp.squeeze() * (ret - v.detach()) + 0.5 * F.mse_loss(v, torch.as_tensor(ret))
    opt.zero_grad()
    (loss / len(steps)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()


def mean_weights(nets):
    dicts = [n.state_dict() for n in nets]
    return {k: torch.stack([d[k] for d in dicts]).mean(0) for k in dicts[0]}


def score(lengths):
    tail = lengths[-20:]
    return sum(tail) / len(tail) if tail else 0.0


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--cooks", type=int, default=6)
    p.add_argument("--rounds", type=int, default=30000)
    p.add_argument("--n", type=int, default=50)
    p.add_argument("--soup-every", type=int, default=500)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    random.seed(a.seed)

    nets = [make_net() for _ in range(a.cooks)]
    for n in nets[1:]:
        n.load_state_dict(nets[0].state_dict())
    opts = [torch.optim.Adam(n.parameters(), lr=random.choice([3e-4, 1e-3, 3e-3])) for n in nets]
    poles = [new_pole() for _ in nets]
    hs = [torch.zeros(1, HID) for _ in nets]
    lengths = [[] for _ in nets]

    for rnd in range(1, a.rounds + 1):
        for i, net in enumerate(nets):
            steps, poles[i], hs[i] = play(net, poles[i], hs[i], a.n, lengths[i])
            learn(net, opts[i], steps, poles[i], hs[i])
        if rnd % a.soup_every == 0:
            order = sorted(range(a.cooks), key=lambda i: score(lengths[i]), reverse=True)
            soup = mean_weights([nets[i] for i in order[:a.cooks // 2]])
            for net in nets:
                net.load_state_dict(soup)
            print(rnd, "best", score(lengths[order[0]]), "worst", score(lengths[order[-1]]))

    torch.save(nets[0].state_dict(), "soup.pt")


if __name__ == "__main__":
    main()
