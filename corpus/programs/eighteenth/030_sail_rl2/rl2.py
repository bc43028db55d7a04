import torch
import torch.nn as nn
import torch.nn.functional as F

from boats import SailTrials

torch.manual_seed(1)
B, T, H = 48, 40, 128
LR, GAMMA = 3e-4, 0.99

sea = SailTrials(B)


class RL2(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(sea.obs_dim, H)
        self.pi = nn.Linear(H, sea.n_act)
        self.v = nn.Linear(H, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.pi(h), self.v(h)[:, 0], h


net = RL2()
opt = torch.optim.Adam(net.parameters(), LR)
x = torch.from_numpy(sea.first())
h = torch.zeros(B, H)
running, best = 0.0, float("-inf")

for it in range(1, 20001):
    h = h.detach()
    logps, ents, vals, rews, ends = [], [], [], [], []
    for t in range(T):
        logits, v, h = net(x, h)
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        obs, r, over = sea.step(a.numpy())
        over = torch.from_numpy(over).float()
        x = torch.from_numpy(obs)
        h = h * (1 - over).unsqueeze(1)          # new water, new memory
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        vals.append(v)
        rews.append(torch.from_numpy(r))
        ends.append(over)

    with torch.no_grad():
        R = net(x, h)[1]
    pg = vl = 0.0
    for t in reversed(range(T)):
        R = rews[t] + GAMMA * R * (1 - ends[t])
        adv = R - vals[t]
        pg = pg - (logps[t] * adv.detach()).mean()
        vl = vl + adv.pow(2).mean()
    loss = (pg + 0.5 * vl - 0.01 * torch.stack(ents).mean(1).sum()) / T
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()

    running = 0.98 * running + 0.02 * torch.stack(rews).mean().item()
    if it > 300 and it % 25 == 0:
        if running > best:
            best = running
            torch.save(net.state_dict(), "rl2_best.pt")
        elif running < 0.7 * best:
            print(it, "falling back to best", running, best)
            net.load_state_dict(torch.load("rl2_best.pt"))
            opt = torch.optim.Adam(net.parameters(), LR / 2)
            running = best
    if it % 100 == 0:
        print(it, f"{running:.4f}", f"{loss.item():.4f}")
