# ---
# jupyter:
#   jupytext:
#     text_representation:
#       format_name: percent
# ---

# %% [markdown]
# # How many rolls?
# Four Ray workers bake, the notebook learns.

# %%
import numpy as np
import ray
import torch
import torch.nn as nn

from bakery import Bakery

ray.init(num_cpus=4, ignore_reinit_error=True)


# %%
class Baker(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.width = width
        self.gru = nn.GRU(4, width, batch_first=True)
        self.pi = nn.Linear(width, Bakery.TRAYS)
        self.v = nn.Linear(width, 1)

    def forward(self, x, s):
        y, s = self.gru(x, s)
        return self.pi(y), self.v(y).squeeze(-1), s


# %%
@ray.remote
class Shop:
    """Bakes `n` nights at a time; a season (90 nights) goes on over several calls."""

    def __init__(self, seed):
        torch.manual_seed(seed)
        self.env = Bakery(seed)
        self.net = Baker()
        self.obs = self.env.reset()
        self.past = torch.zeros(1, 1, self.net.width)
        self.season, self.seasons = 0.0, []

    def nights(self, weights, n):
        self.net.load_state_dict(weights)
        out = {"start": self.past.numpy().copy(), "obs": [], "act": [], "rew": [], "done": []}
        for _ in range(n):
            with torch.no_grad():
                logits, _, self.past = self.net(torch.from_numpy(self.obs).view(1, 1, -1), self.past)
            act = torch.distributions.Categorical(logits=logits[0, 0]).sample().item()
            out["obs"].append(self.obs)
            out["act"].append(act)
            self.obs, rew, done = self.env.step(act)
            self.season += rew
            out["rew"].append(rew)
            out["done"].append(done)
            if done:
                self.seasons.append(self.season)
                self.season = 0.0
                self.obs = self.env.reset()
                self.past = torch.zeros(1, 1, self.net.width)
                break
        return out

    def profits(self):
        done, self.seasons = self.seasons, []
        return done


# %%
shops = [Shop.remote(i) for i in range(4)]
net = Baker()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
GAMMA, NIGHTS = 0.9, 15
curve = []

for it in range(3000):
    weights = ray.put({k: v.clone() for k, v in net.state_dict().items()})
    parts = ray.get([s.nights.remote(weights, NIGHTS) for s in shops])
    loss = 0.0
    for part in parts:
        obs = torch.from_numpy(np.array(part["obs"])).unsqueeze(0)
        act = torch.tensor(part["act"])
        logits, vals, _ = net(obs, torch.from_numpy(part["start"].copy()))
        logits, vals = logits[0], vals[0]
        run, rets = (0.0 if part["done"][-1] else vals[-1].item()), []
        for r in reversed(part["rew"]):
            run = r + GAMMA * run
            rets.append(run)
        rets = torch.tensor(rets[::-1], dtype=torch.float32)
        dist = torch.distributions.Categorical(logits=logits)
        loss = loss - (dist.log_prob(act) * (rets - vals.detach())).mean()
        loss = loss + 0.5 * (rets - vals).pow(2).mean() - 0.01 * dist.entropy().mean()
    opt.zero_grad()
    (loss / len(parts)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    if it % 60 == 59:
        profit = sum(ray.get([s.profits.remote() for s in shops]), [])
        if profit:
            curve.append(float(np.mean(profit)))
            print(it + 1, "profit per season", round(curve[-1], 1))

# %%
torch.save(net.state_dict(), "baker.pt")
np.savetxt("curve.csv", np.array(curve))
ray.shutdown()
