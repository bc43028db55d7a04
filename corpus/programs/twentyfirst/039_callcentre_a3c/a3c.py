import os

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F


class CallCentre:
    """Every quarter hour: choose how many agents to move between queues."""

    def __init__(self, seed):
        self.rs = np.random.RandomState(seed)
        self.days = 5

    def reset(self):
        self.slot = 0
        self.q = np.zeros(2)
        self.staff = np.array([20.0, 10.0])
        self.level = self.rs.uniform(0.8, 1.2)
        return self.state()

    def state(self):
        d = 2 * np.pi * (self.slot % 96) / 96
        return np.float32([*(self.q / 20), *(self.staff / 20), np.sin(d), np.cos(d)])

    def step(self, a):
        move = a - 2
        m = np.clip(move, -self.staff[1] + 1, self.staff[0] - 1)
        self.staff += np.array([-m, m])
        peak = 1 + np.sin(2 * np.pi * (self.slot % 96) / 96 - 1.5)
        calls = self.rs.poisson(self.level * np.array([18, 9]) * peak)
        self.q = np.maximum(0, self.q + calls - self.staff)
        self.slot += 1
        return self.state(), -self.q.sum() / 50 - 0.02 * abs(m), self.slot >= 96 * self.days


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 64)
        self.lstm = nn.LSTMCell(64, 64)
        self.actor = nn.Linear(64, 5)
        self.critic = nn.Linear(64, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic(hx), self.actor(hx), hx, cx


def push_grads(model, shared):
    for p, sp in zip(model.parameters(), shared.parameters()):
        sp._grad = p.grad


def worker(rank, shared, opt, counter, lock, max_steps=2_000_000, t_max=20, gamma=0.99, tau=0.95):
    torch.manual_seed(rank)
    env = CallCentre(rank)
    model = ActorCritic()
    s = torch.from_numpy(env.reset())
    done = True
    while counter.value < max_steps:
        model.load_state_dict(shared.state_dict())
        if done:
            hx = torch.zeros(1, 64)
            cx = torch.zeros(1, 64)
        else:
            hx = hx.detach()
            cx = cx.detach()

        vs, lps, ents, rs = [], [], [], []
        for _ in range(t_max):
            v, logit, hx, cx = model(s.unsqueeze(0), hx, cx)
            prob = F.softmax(logit, -1)
            logp = F.log_softmax(logit, -1)
            a = prob.multinomial(1).detach()
            o, r, done = env.step(a.item())
            vs.append(v)
            lps.append(logp.gather(1, a))
            ents.append(-(logp * prob).sum(1, keepdim=True))
            rs.append(float(r))
            if done:
                o = env.reset()
            s = torch.from_numpy(o)
            with lock:
                counter.value += 1
            if done:
                break

        R = torch.zeros(1, 1)
        if not done:
            R = model(s.unsqueeze(0), hx, cx)[0].detach()
        vs.append(R)
        pl, vl, gae = 0, 0, torch.zeros(1, 1)
        for i in reversed(range(len(rs))):
            R = gamma * R + rs[i]
            vl = vl + 0.5 * (R - vs[i]).pow(2)
            delta = rs[i] + gamma * vs[i + 1].detach() - vs[i].detach()
            gae = gae * gamma * tau + delta
            pl = pl - lps[i] * gae - 0.01 * ents[i]
        model.zero_grad()
        opt.zero_grad()
        (pl + 0.5 * vl).sum().backward()
        nn.utils.clip_grad_norm_(model.parameters(), 40)
        push_grads(model, shared)
        opt.step()


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    mp.set_start_method("spawn")
    shared = ActorCritic()
    shared.share_memory()
    opt = torch.optim.RMSprop(shared.parameters(), lr=1e-4)
    for st in shared.parameters():
        opt.state[st]["square_avg"] = torch.zeros_like(st).share_memory_()
        opt.state[st]["step"] = torch.zeros(1).share_memory_()
    counter, lock = mp.Value("l", 0), mp.Lock()
    ps = [mp.Process(target=worker, args=(i, shared, opt, counter, lock)) for i in range(8)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    torch.save(shared.state_dict(), "callcentre_a3c.pt")
