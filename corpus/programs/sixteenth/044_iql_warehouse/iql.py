import random
from collections import deque, namedtuple

import torch
import torch.nn as nn
import torch.nn.functional as F

import rware_small

Seq = namedtuple("Seq", "obs act rew done h")


class QGRU(nn.Module):
    def __init__(self, n_obs, n_act, hid=64):
        super().__init__()
        self.hid = hid
        self.fc1 = nn.Linear(n_obs, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.fc2 = nn.Linear(hid, n_act)

    def forward(self, x, h):
        h = self.gru(F.relu(self.fc1(x)), h)
        return self.fc2(h), h


class Picker:
    def __init__(self, n_obs, n_act, lr=5e-4):
        self.q = QGRU(n_obs, n_act)
        self.n_act = n_act
        self.opt = torch.optim.Adam(self.q.parameters(), lr=lr)
        self.memory = deque(maxlen=2000)

    @torch.no_grad()
    def act(self, obs, h, eps):
        q, h = self.q(torch.as_tensor(obs, dtype=torch.float32)[None], h)
        if random.random() < eps:
            return random.randrange(self.n_act), h
        return q.argmax(1).item(), h

    def train(self, batch=16, gamma=0.98):
        if len(self.memory) < batch:
            return 0.0
        loss = 0.0
        for s in random.sample(self.memory, batch):
            h, qs = s.h, []
            for o in s.obs:
                q, h = self.q(torch.as_tensor(o, dtype=torch.float32)[None], h)
                qs.append(q[0])
            qs = torch.stack(qs)
            nxt = torch.cat([qs[1:].max(1)[0], torch.zeros(1)]).detach()
            target = torch.tensor(s.rew) + gamma * (1 - torch.tensor(s.done)) * nxt
            chosen = qs.gather(1, torch.tensor(s.act)[:, None])[:, 0]
            loss = loss + F.smooth_l1_loss(chosen, target)
        self.opt.zero_grad()
        (loss / batch).backward()
        self.opt.step()
        return loss.item() / batch


def main(episodes=5000):
    env = rware_small.make(n_robots=3)
    pickers = [Picker(env.n_obs, env.n_act) for _ in range(env.n_robots)]
    hs = [torch.zeros(1, p.q.hid) for p in pickers]
    eps, scores = 1.0, deque(maxlen=100)
    for ep in range(episodes):
        obs = env.reset()
        first = [h.clone() for h in hs]
        log = [([], [], [], []) for _ in pickers]
        done, score = False, 0.0
        while not done:
            acts = []
            for i, p in enumerate(pickers):
                a, hs[i] = p.act(obs[i], hs[i], eps)
                acts.append(a)
            nxt, rews, done = env.step(acts)
            for i in range(len(pickers)):
                for col, val in zip(log[i], (obs[i], acts[i], float(rews[i]), float(done))):
                    col.append(val)
            obs = nxt
            score += sum(rews)
        for i, p in enumerate(pickers):
            p.memory.append(Seq(*log[i], first[i]))
            p.train()
        scores.append(score)
        eps = max(0.05, eps * 0.999)
        if ep % 50 == 0:
            print(ep, "score", sum(scores) / len(scores), "eps", round(eps, 3))
    for i, p in enumerate(pickers):
        torch.save(p.q.state_dict(), f"picker{i}.pt")


if __name__ == "__main__":
    main()
