import copy
import random

import torch
import torch.optim as optim
from torch.distributions import Categorical

from nets import TagNet

SIZE = 9
STEPS = 200
EPISODES = 3000

moves = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]

chaser = TagNet()
runner = TagNet()
optimizer = optim.Adam(chaser.parameters(), lr=0.001)

pool = []
pool.append(copy.deepcopy(runner.state_dict()))
for i in range(4):
    pool.append(copy.deepcopy(TagNet().state_dict()))

scores = []
for ep in range(EPISODES):
    print("Episode", ep)
    cx = 0
    cy = 0
    rx = SIZE - 1
    ry = SIZE - 1
    h1 = torch.zeros(1, 32)
    h2 = torch.zeros(1, 32)
    log_probs = []
    rewards = []
    tags = 0
    for t in range(STEPS):
        if t % 50 == 0:
            n = random.randint(0, len(pool) - 1)
            runner.load_state_dict(pool[n])

        # chaser
        obs1 = torch.tensor([[cx / SIZE, cy / SIZE, rx / SIZE, ry / SIZE, (rx - cx) / SIZE, (ry - cy) / SIZE]])
        probs, h1 = chaser(obs1, h1)
        dist = Categorical(probs)
        a1 = dist.sample()
        log_probs.append(dist.log_prob(a1))
        mx, my = moves[a1.item()]
        cx = min(max(cx + mx, 0), SIZE - 1)
        cy = min(max(cy + my, 0), SIZE - 1)

        # runner
        obs2 = torch.tensor([[rx / SIZE, ry / SIZE, cx / SIZE, cy / SIZE, (cx - rx) / SIZE, (cy - ry) / SIZE]])
        with torch.no_grad():
            probs2, h2 = runner(obs2, h2)
        a2 = Categorical(probs2).sample()
        mx, my = moves[a2.item()]
        rx = min(max(rx + mx, 0), SIZE - 1)
        ry = min(max(ry + my, 0), SIZE - 1)

        if cx == rx and cy == ry:
            rewards.append(1.0)
            tags += 1
            rx = random.randint(0, SIZE - 1)
            ry = random.randint(0, SIZE - 1)
        else:
            rewards.append(-0.01)

    R = 0
    returns = []
    for r in reversed(rewards):
        R = r + 0.97 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + 1e-8)
    loss = 0
    for i in range(len(log_probs)):
        loss = loss - log_probs[i] * returns[i]
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

    scores.append(tags)
    print("tags:", tags, "loss:", loss.item())
    if ep % 100 == 99:
        print("average of last 100:", sum(scores[-100:]) / 100)
        pool.append(copy.deepcopy(chaser.state_dict()))
        if len(pool) > 20:
            pool.pop(0)

torch.save(chaser.state_dict(), "chaser.pt")
print("done")
