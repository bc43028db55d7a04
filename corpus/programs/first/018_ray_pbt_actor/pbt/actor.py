import numpy as np
import ray
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, d, a):
        super().__init__()
        self.lstm = nn.LSTM(d, 128, batch_first=True)
        self.a = nn.Linear(128, a)
        self.v = nn.Linear(128, 1)

    def forward(self, x, s):
        y, s = self.lstm(x, s)
        return self.a(y), self.v(y), s


@ray.remote(num_cpus=1)
class MemberActor:
    def __init__(self, env_fn, hp):
        self.env = env_fn()
        self.hp = dict(hp)
        self.net = Net(self.env.observation_space.shape[0], self.env.action_space.n)
        self.optim = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.obs, _ = self.env.reset()
        self.state = None
        self.returns, self._ret = [], 0.0

    def train(self, n_iters):
        for _ in range(n_iters):
            logp, val, rew = [], [], []
            for _ in range(self.hp["horizon"]):
                x = torch.as_tensor(self.obs, dtype=torch.float32)[None, None]
                lg, v, self.state = self.net(x, self.state)
                d = torch.distributions.Categorical(logits=lg[0, 0])
                a = d.sample()
                self.obs, r, te, tr, _ = self.env.step(a.item())
                self._ret += r
                logp.append(d.log_prob(a)); val.append(v[0, 0, 0]); rew.append(r)
                if te or tr:
                    self.returns.append(self._ret)
                    self._ret = 0.0
                    self.obs, _ = self.env.reset()
                    self.state = None
            self._update(logp, val, rew)
            if self.state is not None:
                self.state = tuple(s.detach() for s in self.state)
        return float(np.mean(self.returns[-20:])) if self.returns else -np.inf

    def _update(self, logp, val, rew):
        g, out = 0.0, []
        for r in reversed(rew):
            g = r + 0.99 * g
            out.insert(0, g)
        R, V, L = torch.tensor(out), torch.stack(val), torch.stack(logp)
        loss = -(L * (R - V).detach()).mean() + (R - V).pow(2).mean()
        self.optim.zero_grad()
        loss.backward()
        self.optim.step()

    def get(self):
        return {k: v.cpu() for k, v in self.net.state_dict().items()}, self.hp

    def set(self, weights, hp):
        self.net.load_state_dict(weights)
        self.hp = hp
        for g in self.optim.param_groups:
            g["lr"] = hp["lr"]
