# Exported from swarm_cma.ipynb

# %%
import cma
import numpy as np
import torch
import torch.nn as nn
import matplotlib.pyplot as plt

torch.set_grad_enabled(False)

# %% [markdown]
# ## World
# robots on a torus, pucks to bring to the middle, all robots share one network

# %%
N_ROBOTS = 12
N_PUCKS = 25
T = 400

def make_world(seed):
    r = np.random.RandomState(seed)
    return dict(
        rob=r.rand(N_ROBOTS, 2), ang=r.rand(N_ROBOTS) * 6.28,
        puck=r.rand(N_PUCKS, 2), carry=-np.ones(N_ROBOTS, dtype=int), got=0)

def sensors(w):
    out = np.zeros((N_ROBOTS, 5), dtype=np.float32)
    for i in range(N_ROBOTS):
        d = w['puck'] - w['rob'][i]
        j = np.argmin((d ** 2).sum(1))
        rel = np.arctan2(d[j, 1], d[j, 0]) - w['ang'][i]
        near = np.hypot(*d[j]) < 0.15
        others = np.delete(w['rob'], i, 0) - w['rob'][i]
        out[i] = [near * np.sin(rel), near * np.cos(rel), w['carry'][i] >= 0,
                  np.hypot(*(w['rob'][i] - 0.5)) < 0.1, np.exp(-20 * np.min(np.hypot(others[:, 0], others[:, 1])))]
    return torch.from_numpy(out)

def advance(w, cmd):
    w['ang'] += 0.5 * cmd[:, 0]
    v = 0.01 * (1 + cmd[:, 1:2])
    w['rob'] = (w['rob'] + v * np.stack([np.cos(w['ang']), np.sin(w['ang'])], 1)) % 1.0
    for i in range(N_ROBOTS):
        if w['carry'][i] < 0:
            d = np.hypot(*(w['puck'] - w['rob'][i]).T)
            j = int(np.argmin(d))
            if d[j] < 0.02:
                w['carry'][i] = j
        else:
            w['puck'][w['carry'][i]] = w['rob'][i]
            if np.hypot(*(w['rob'][i] - 0.5)) < 0.08:
                w['puck'][w['carry'][i]] = np.random.rand(2)
                w['carry'][i] = -1
                w['got'] += 1

# %%
class Brain(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(5, 10)
        self.out = nn.Linear(10, 2)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return torch.tanh(self.out(h)), (h, c)

brain = Brain()
n_params = sum(p.numel() for p in brain.parameters())
n_params

# %%
def set_params(vec):
    i = 0
    for p in brain.parameters():
        n = p.numel()
        p.copy_(torch.tensor(vec[i:i + n], dtype=torch.float32).view_as(p))
        i += n

def fitness(vec, seed):
    set_params(vec)
    w = make_world(seed)
    hc = (torch.zeros(N_ROBOTS, 10), torch.zeros(N_ROBOTS, 10))
    for t in range(T):
        cmd, hc = brain(sensors(w), hc)
        advance(w, cmd.numpy())
    return w['got']

# %%
es = cma.CMAEvolutionStrategy(n_params * [0.0], 0.5, {'popsize': 24, 'maxiter': 150})
curve = []
while not es.stop():
    cands = es.ask()
    seeds = np.random.randint(10 ** 6, size=3)
    scores = [np.mean([fitness(c, s) for s in seeds]) for c in cands]
    es.tell(cands, [-s for s in scores])
    curve.append((np.mean(scores), np.max(scores)))
    es.disp()

# %%
plt.plot(curve)
plt.legend(['mean', 'best'])
plt.ylabel('pucks delivered')
plt.show()

# %%
best = es.result.xbest
print('test', [fitness(best, s) for s in range(10)])
np.save('brain.npy', best)
