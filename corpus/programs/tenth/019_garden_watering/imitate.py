import random

import torch
import torch.nn.functional as F

from garden import Garden
from model import WaterNet


def record(n):
    xs, ys = [], []
    for _ in range(n):
        garden = Garden()
        obs, done, x, y = garden.reset(), False, [], []
        while not done:
            a = garden.gardener()
            x.append(obs)
            y.append(a)
            if random.random() < 0.1:
                a = 1 - a
            obs, _, done = garden.step(a)
        xs.append(x)
        ys.append(y)
    return torch.tensor(xs), torch.tensor(ys)


def fit(net, xs, ys, epochs):
    opt = torch.optim.Adam(net.parameters(), lr=2e-3)
    for epoch in range(epochs):
        perm = torch.randperm(len(xs))
        total = 0.0
        for idx in perm.split(16):
            logits, _ = net(xs[idx], net.init_hidden(len(idx)))
            loss = F.cross_entropy(logits.flatten(0, 1), ys[idx].flatten())
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(idx)
        print("epoch", epoch, total / len(xs))


def try_out(net, seasons=20):
    net.eval()
    scores = []
    for _ in range(seasons):
        garden = Garden()
        obs, done, score = garden.reset(), False, 0.0
        hidden = net.init_hidden(1)
        while not done:
            with torch.no_grad():
                logits, _ = net(torch.tensor([[obs]]), hidden)
            obs, reward, done = garden.step(logits[0, -1].argmax().item())
            score += reward
        scores.append(score)
    return sum(scores) / len(scores)


if __name__ == "__main__":
    model = WaterNet()
    xs, ys = record(200)
    fit(model, xs, ys, epochs=30)
    print("mean season score", try_out(model))
    torch.save(model.state_dict(), "water.pt")
