import copy
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

from tmaze import TMaze

GAMMA, TAU, LR = 0.98, 0.01, 1e-3
BATCH, CAPACITY, EPISODES = 32, 2000, 20_000


class QNet(nn.Module):
    def __init__(self, n_obs=3, n_act=3, hid=32):
        super().__init__()
        self.lstm = nn.LSTM(n_obs, hid, batch_first=True)
        self.q = nn.Linear(hid, n_act)

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        return self.q(y), hc


def epsilon(episode):
    return max(0.05, 1.0 - episode / 4000)


def run_episode(env, net, eps):
    obs, hc, done = env.reset(), None, False
    seq_o, seq_a, seq_r = [obs], [], []
    while not done:
        with torch.no_grad():
            q, hc = net(torch.tensor([[obs]]), hc)
        a = random.randrange(3) if random.random() < eps else q.argmax().item()
        obs, r, done = env.step(a)
        seq_o.append(obs)
        seq_a.append(a)
        seq_r.append(r)
    return torch.tensor(seq_o), torch.tensor(seq_a), torch.tensor(seq_r)


def td_loss(net, target, batch):
    o = pad_sequence([b[0] for b in batch], batch_first=True)
    a = pad_sequence([b[1] for b in batch], batch_first=True)
    r = pad_sequence([b[2] for b in batch], batch_first=True)
    lens = torch.tensor([len(b[1]) for b in batch])
    steps = torch.arange(a.size(1)).unsqueeze(0)
    mask = (steps < lens.unsqueeze(1)).float()
    last = (steps == lens.unsqueeze(1) - 1).float()
    q, _ = net(o)
    with torch.no_grad():
        tq, _ = target(o)
        best = q[:, 1:].argmax(-1, keepdim=True)
        y = r + GAMMA * (1 - last) * tq[:, 1:].gather(-1, best).squeeze(-1)
    qa = q[:, :-1].gather(-1, a.unsqueeze(-1)).squeeze(-1)
    return (F.smooth_l1_loss(qa, y, reduction="none") * mask).sum() / mask.sum()


def soft_update(target, net, tau=TAU):
    with torch.no_grad():
        for tp, p in zip(target.parameters(), net.parameters()):
            tp.lerp_(p, tau)


def main():
    env = TMaze()
    net = QNet()
    target = copy.deepcopy(net).requires_grad_(False)
    opt = torch.optim.Adam(net.parameters(), lr=LR)
    memory = deque(maxlen=CAPACITY)
    recent = deque(maxlen=200)
    for ep in range(EPISODES):
        episode = run_episode(env, net, epsilon(ep))
        memory.append(episode)
        recent.append(episode[2].sum().item())
        if len(memory) < BATCH * 4:
            continue
        for _ in range(2):
            loss = td_loss(net, target, random.sample(memory, BATCH))
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 10)
            opt.step()
            soft_update(target, net)
        if ep % 200 == 0:
            print(ep, "return", round(sum(recent) / len(recent), 3), "loss", round(loss.item(), 4))


if __name__ == "__main__":
    main()
