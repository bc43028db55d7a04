import os

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

os.environ["OMP_NUM_THREADS"] = "1"


class WindColumn:
    """Station keeping in a random wind column; action = down / hold / up."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.wind = self.rng.normal(0, 8, 12)
        self.z, self.x, self.t = 6, self.rng.normal(0, 20), 0
        return self._obs()

    def _obs(self):
        return np.array([self.z / 12, self.x / 100, self.wind[self.z] / 10], dtype=np.float32)

    def step(self, a):
        self.z = int(np.clip(self.z + a - 1, 0, 11))
        self.x += 0.5 * self.wind[self.z] + self.rng.normal()
        self.t += 1
        done = self.t >= 500 or abs(self.x) > 300
        return self._obs(), float(np.exp(-abs(self.x) / 50)), done


class ActorCritic(nn.Module):
    def __init__(self, n_obs=3, n_act=3, n_hid=64):
        super().__init__()
        self.fc = nn.Linear(n_obs, n_hid)
        self.lstm = nn.LSTMCell(n_hid, n_hid)
        self.pi = nn.Linear(n_hid, n_act)
        self.v = nn.Linear(n_hid, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.pi(hx), self.v(hx), hx, cx


def share_grads(local, shared):
    for lp, sp in zip(local.parameters(), shared.parameters()):
        sp._grad = lp.grad


def worker(rank, shared, lock, counter, n_steps=20, gamma=0.99, max_steps=3_000_000):
    torch.manual_seed(rank)
    env = WindColumn(rank)
    model = ActorCritic()
    optim = torch.optim.SGD(shared.parameters(), lr=1e-3)
    obs, done = env.reset(), True
    hx = cx = None
    while counter.value < max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            hx, cx = torch.zeros(1, 64), torch.zeros(1, 64)
        else:
            hx, cx = hx.detach(), cx.detach()

        values, logps, rewards, entropies = [], [], [], []
        for _ in range(n_steps):
            logit, value, hx, cx = model(torch.from_numpy(obs)[None], hx, cx)
            dist = torch.distributions.Categorical(logits=logit)
            a = dist.sample()
            obs, r, done = env.step(a.item())
            values.append(value)
            logps.append(dist.log_prob(a))
            entropies.append(dist.entropy())
            rewards.append(r)
            with lock:
                counter.value += 1
            if done:
                obs = env.reset()
                break

        R = torch.zeros(1, 1)
        if not done:
            with torch.no_grad():
                R = model(torch.from_numpy(obs)[None], hx, cx)[1]
        loss = 0.0
        for i in reversed(range(len(rewards))):
            R = rewards[i] + gamma * R
            adv = R - values[i]
            loss = loss + 0.5 * adv.pow(2).sum() - logps[i].sum() * adv.detach().item()
            loss = loss - 0.01 * entropies[i].sum()
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        share_grads(model, shared)
        optim.step()


if __name__ == "__main__":
    shared = ActorCritic()
    shared.share_memory()
    lock, counter = mp.Lock(), mp.Value("i", 0)
    procs = [mp.Process(target=worker, args=(r, shared, lock, counter)) for r in range(8)]
    for p in procs:
        p.start()
    for p in procs:
        p.join()
    torch.save(shared.state_dict(), "balloon_a3c.pt")
