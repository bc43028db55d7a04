import copy

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from wafer import WaferMap

GAMMA = 0.99


class ReviewNet(nn.Module):
    def __init__(self, obs=3, hid=64):
        super().__init__()
        self.enc = nn.Linear(obs, hid)
        self.lstm = nn.LSTM(hid, hid)
        self.pi = nn.Linear(hid, 2)
        self.v = nn.Linear(hid, 1)

    def forward(self, obs, core=None):
        # obs: (T, B, obs)
        x = torch.relu(self.enc(obs))
        y, core = self.lstm(x, core)
        return self.pi(y), self.v(y).squeeze(-1), core


def actor(rank, shared, q, stop):
    torch.set_num_threads(1)
    env = WaferMap(seed=rank)
    net = ReviewNet()
    while not stop.is_set():
        net.load_state_dict(shared.state_dict())
        core = None
        obs = env.reset()
        done = False
        xs, acts, logps, rews = [], [], [], []
        while not done:
            x = torch.from_numpy(obs)
            with torch.no_grad():
                logits, _, core = net(x.view(1, 1, -1), core)
            dist = Categorical(logits=logits[0, 0])
            a = dist.sample()
            obs, r, done = env.step(a.item())
            xs.append(x)
            acts.append(a)
            logps.append(dist.log_prob(a))
            rews.append(r)
        q.put((torch.stack(xs), torch.stack(acts), torch.stack(logps), torch.tensor(rews)))


def learner(shared, q, stop, updates=5000, batch=16):
    net = copy.deepcopy(shared)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, alpha=0.99)
    for n in range(updates):
        wafers = [q.get() for _ in range(batch)]
        xs, acts, mu, rews = (torch.stack(c, dim=1) for c in zip(*wafers))
        ret = torch.zeros_like(rews)
        g = torch.zeros(batch)
        for t in reversed(range(len(rews))):
            g = rews[t] + GAMMA * g
            ret[t] = g
        logits, v, _ = net(xs)
        dist = Categorical(logits=logits)
        rho = (dist.log_prob(acts) - mu).exp().clamp(max=1.0).detach()
        adv = (ret - v).detach()
        loss = -(rho * adv * dist.log_prob(acts)).mean() + 0.5 * F.mse_loss(v, ret) - 0.01 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        shared.load_state_dict(net.state_dict())
        if n % 50 == 0:
            print(f"update {n}: reward per wafer {rews.sum(0).mean():.2f}")
        if n % 500 == 0:
            torch.save(net.state_dict(), "review_net.pt")
    stop.set()


def main():
    mp.set_start_method("spawn")
    shared = ReviewNet()
    shared.share_memory()
    q, stop = mp.Queue(maxsize=64), mp.Event()
    procs = [mp.Process(target=actor, args=(i, shared, q, stop), daemon=True) for i in range(6)]
    for p in procs:
        p.start()
    learner(shared, q, stop)


if __name__ == "__main__":
    main()
