"""200 m sprint kayak, IMPALA-ish with Ray. A worker paddles whole sprints with the weights it got."""
import time

import numpy as np
import ray
import torch
from torch import nn
from torch.distributions import Normal

LANES = 9
T = 90


class Crew(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 32, batch_first=True)
        self.mu = nn.Linear(32, 1)
        self.v = nn.Linear(32, 1)
        self.log_std = nn.Parameter(torch.tensor(-0.5))

    def forward(self, x, h):
        y, h = self.gru(x, h)
        return Normal(self.mu(y).squeeze(-1), self.log_std.exp()), self.v(y).squeeze(-1), h


@ray.remote(num_cpus=1)
class Sprinter:
    def __init__(self, seed):
        torch.set_num_threads(1)
        self.rng = np.random.default_rng(seed)
        self.net = Crew()
        self.h = None

    def set_weights(self, w):
        self.net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in w.items()})
        self.h = None

    def sense(self):
        hr = self.fatigue + self.rng.normal(0, 0.1, LANES)
        return np.stack([self.x / 200, self.v / 6, hr, self.wind], 1).astype(np.float32)

    @torch.no_grad()
    def sprint(self, weights):
        self.set_weights(weights)
        self.x, self.v = np.zeros(LANES), np.zeros(LANES)
        self.fatigue = np.zeros(LANES)
        self.wind = np.full(LANES, self.rng.normal(0, 0.5))
        obs, act, logp, rew = [], [], [], []
        for _ in range(T):
            o = self.sense()
            dist, _, self.h = self.net(torch.from_numpy(o)[:, None], self.h)
            a = dist.sample()
            rate = 1 / (1 + np.exp(-a.numpy()[:, 0]))
            power = rate * (1 - self.fatigue)
            self.fatigue = np.clip(self.fatigue + 0.03 * (rate - 0.4), 0, 1)
            self.v = 0.85 * self.v + power - 0.05 * self.wind
            self.x = self.x + self.v
            obs.append(o)
            act.append(a.numpy()[:, 0])
            logp.append(dist.log_prob(a).numpy()[:, 0])
            rew.append((self.v / 6).astype(np.float32))
        return {k: np.stack(v, 1) for k, v in dict(obs=obs, act=act, logp=logp, rew=rew).items()}


def update(net, opt, batch, gamma=0.97):
    obs, act, old, rew = (torch.tensor(batch[k]) for k in ("obs", "act", "logp", "rew"))
    dist, val, _ = net(obs, None)
    ret = torch.zeros_like(rew)
    g = torch.zeros(rew.shape[0])
    for t in reversed(range(T)):
        g = rew[:, t] + gamma * g
        ret[:, t] = g
    adv = ret - val
    logp = dist.log_prob(act)
    rho = (logp.detach() - old).exp().clamp(max=1.0)
    loss = -(rho * logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.003 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return rew.sum(1).mean().item()


def weights_of(net):
    return {k: v.detach().numpy().copy() for k, v in net.state_dict().items()}


if __name__ == "__main__":
    ray.init(num_cpus=3)
    net = Crew()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    crew = [Sprinter.remote(i) for i in range(3)]
    ref = ray.put(weights_of(net))
    running = {w.sprint.remote(ref): w for w in crew}
    t0 = time.time()
    for it in range(3000):
        ready, _ = ray.wait(list(running), num_returns=1)
        w = running.pop(ready[0])
        metres = update(net, opt, ray.get(ready[0])) * 6
        running[w.sprint.remote(ray.put(weights_of(net)))] = w
        if it % 100 == 0:
            print(f"{it} {metres:.1f} m {time.time() - t0:.0f}s")
    torch.save(net.state_dict(), "sprint.pt")
