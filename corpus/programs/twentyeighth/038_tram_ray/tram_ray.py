import collections
import time

import numpy as np
import ray
import torch
from torch import nn

N_STOPS = 6
N_OBS = N_STOPS + 3
N_ACT = 3  # hold, normal, priority
EPISODE = 240


class Corridor:
    """A tram line with six junctions; headways drift and only the last junction passed reports."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.t = 0
        self.at = 0
        self.delay = self.rng.normal(0, 20)
        self.gap = 300.0
        return self.observe()

    def observe(self):
        x = np.zeros(N_OBS, np.float32)
        if self.t % 5 == 0:
            x[self.at] = 1.0
            x[N_STOPS] = self.delay / 60
        x[N_STOPS + 1] = self.gap / 300
        x[N_STOPS + 2] = self.t / EPISODE
        return x

    def step(self, a):
        self.t += 1
        self.delay += self.rng.normal(0, 5) + (6 if a == 0 else 0) - (8 if a == 2 else 0)
        self.gap += self.rng.normal(0, 4) + (3 if a == 0 else -2 if a == 2 else 0)
        if self.rng.random() < 0.2:
            self.at = (self.at + 1) % N_STOPS
        cost = abs(self.delay) / 60 + abs(self.gap - 300) / 150 + (0.3 if a == 2 else 0)
        return self.observe(), -cost, self.t >= EPISODE


class Net(nn.Module):
    def __init__(self, n=48):
        super().__init__()
        self.gru = nn.GRU(N_OBS, n)
        self.head = nn.Linear(n, N_ACT + 1)

    def forward(self, x, belief=None):
        y, belief = self.gru(x, belief)
        out = self.head(y)
        return out[..., :N_ACT], out[..., N_ACT], belief


@ray.remote(num_cpus=1)
class Runner:
    def __init__(self, seed):
        self.env = Corridor(seed)
        self.net = Net()
        self.belief = None
        torch.manual_seed(seed)

    def episode(self, weights):
        self.net.load_state_dict(weights)
        self.belief = torch.zeros(1, 1, self.net.gru.hidden_size)
        obs, over = self.env.reset(), False
        track = collections.defaultdict(list)
        while not over:
            with torch.no_grad():
                logits, _, self.belief = self.net(torch.from_numpy(obs).view(1, 1, -1), self.belief)
            pi = torch.distributions.Categorical(logits=logits.view(-1))
            a = pi.sample()
            track["obs"].append(obs)
            track["act"].append(a.item())
            track["logp"].append(pi.log_prob(a).item())
            obs, r, over = self.env.step(a.item())
            track["rew"].append(r)
        return {k: np.asarray(v) for k, v in track.items()}


def returns(rew, gamma=0.97):
    out = np.zeros_like(rew, dtype=np.float32)
    g = 0.0
    for t in reversed(range(len(rew))):
        g = rew[t] + gamma * g
        out[t] = g
    return out


def learn(net, opt, batch):
    obs = torch.tensor(np.stack([b["obs"] for b in batch], 1))
    act = torch.tensor(np.stack([b["act"] for b in batch], 1))
    old = torch.tensor(np.stack([b["logp"] for b in batch], 1), dtype=torch.float32)
    ret = torch.tensor(np.stack([returns(b["rew"]) for b in batch], 1)) / 10
    for _ in range(4):
        logits, value, _ = net(obs)
        pi = torch.distributions.Categorical(logits=logits)
        adv = (ret - value).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        ratio = (pi.log_prob(act) - old).exp()
        policy_loss = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
        loss = policy_loss + 0.5 * (ret - value).pow(2).mean() - 0.01 * pi.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
    return loss.item()


if __name__ == "__main__":
    ray.init()
    net = Net()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    runners = [Runner.remote(i) for i in range(12)]
    for it in range(1000):
        t0 = time.time()
        ref = ray.put(net.state_dict())
        batch = ray.get([r.episode.remote(ref) for r in runners])
        loss = learn(net, opt, batch)
        if it % 20 == 0:
            print(it, f"return {np.mean([b['rew'].sum() for b in batch]):.1f} loss {loss:.3f} {time.time() - t0:.1f}s")
    torch.save(net.state_dict(), "corridor.pt")
