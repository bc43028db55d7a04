#!/usr/bin/env python
# coding: utf-8

# # Catch with a blinking ball
# GRU + REINFORCE, compare checkpoints at the end.

# In[1]:

import random
import torch
import torch.nn as nn
import matplotlib.pyplot as plt

torch.manual_seed(0)
random.seed(0)

# In[2]:

SIZE = 8

def new_game():
    return {'bx': random.randrange(SIZE), 'by': 0, 'px': random.randrange(SIZE)}

def look(g):
    v = torch.zeros(1, 2 * SIZE)
    if g['by'] < 2 or random.random() < 0.1:
        v[0, g['bx']] = 1
    v[0, SIZE + g['px']] = 1
    return v

def move(g, a):
    g['px'] = max(0, min(SIZE - 1, g['px'] + a - 1))
    g['by'] += 1
    if g['by'] == SIZE - 1:
        return (1. if g['px'] == g['bx'] else 0.), True
    return 0., False

# In[3]:

class Catcher(nn.Module):
    def __init__(self, n=32):
        super().__init__()
        self.n = n
        self.gru = nn.GRUCell(2 * SIZE, n)
        self.out = nn.Linear(n, 3)
    def forward(self, x, h=None):
        if h is None:
            h = torch.zeros(x.shape[0], self.n)
        h = self.gru(x, h)
        return self.out(h), h

net = Catcher()
opt = torch.optim.Adam(net.parameters(), lr=2e-3)

# In[4]:

history = []
base = 0.
for ep in range(20000):
    g = new_game()
    h = None
    done = False
    lps = []
    while not done:
        logits, h = net(look(g), h)
        d = torch.distributions.Categorical(logits=logits)
        a = d.sample()
        lps.append(d.log_prob(a))
        r, done = move(g, a.item())
    loss = -(r - base) * torch.stack(lps).sum()
    base = 0.99 * base + 0.01 * r
    opt.zero_grad()
    loss.backward()
    opt.step()
    history.append(r)
    if (ep + 1) % 4000 == 0:
        torch.save(net.state_dict(), f'catcher_{ep + 1}.pt')
        print(ep + 1, sum(history[-1000:]) / 1000)

# In[5]:

plt.plot([sum(history[i:i + 200]) / 200 for i in range(0, len(history), 200)])
plt.xlabel('x200 episodes')
plt.ylabel('caught')
plt.show()

# In[6]:

def play(n_games):
    caught = 0
    for _ in range(n_games):
        g, h, done = new_game(), None, False
        while not done:
            with torch.no_grad():
                logits, h = net(look(g), h)
            r, done = move(g, logits.argmax(1).item())
        caught += r
    return caught / n_games

for k in (4000, 8000, 12000, 16000, 20000):
    net.load_state_dict(torch.load(f'catcher_{k}.pt'))
    print(k, play(1000))

# In[7]:

# hidden units during one fall
g, h, done = new_game(), None, False
trace = []
while not done:
    with torch.no_grad():
        logits, h = net(look(g), h)
    trace.append(h[0])
    _, done = move(g, logits.argmax(1).item())
plt.imshow(torch.stack(trace).T, aspect='auto')
plt.show()
