# -*- coding: utf-8 -*-
import queue
import threading
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from turbine import Turbine

N_ACTORS = 6
BATCH = 12
UPDATES = 4000


class YawNet(nn.Module):
    def __init__(self):
        super(YawNet, self).__init__()
        self.rnn = nn.GRU(4, 48, batch_first=True)
        self.pi = nn.Linear(48, 3)
        self.v = nn.Linear(48, 1)

    def forward(self, x, lag=None):
        y, lag = self.rnn(x, lag)
        return self.pi(y), self.v(y).squeeze(-1), lag


def yawing(net):
    lag, choice = None, None
    while True:
        obs = yield choice
        with torch.no_grad():
            logits, _, lag = net(torch.tensor(obs).view(1, 1, -1), lag)
        choice = torch.multinomial(F.softmax(logits[0, 0], 0), 1).item()


def night(turbine, net):
    drive = yawing(net)
    next(drive)
    obs, over = turbine.reset(), False
    xs, acts, rews = [], [], []
    while not over:
        xs.append(obs)
        acts.append(drive.send(obs))
        obs, r, over = turbine.step(acts[-1])
        rews.append(r)
    drive.close()
    return xs, acts, rews


def newest(mailbox):
    item = None
    while True:
        try:
            item = mailbox.get_nowait()
        except queue.Empty:
            return item


class Actor(threading.Thread):
    def __init__(self, n, nights, stop):
        super(Actor, self).__init__(name="actor-%d" % n)
        self.daemon = True
        self.turbine = Turbine(seed=n)
        self.net = YawNet()
        self.mailbox = queue.Queue()
        self.nights = nights
        self.stop = stop

    def run(self):
        self.net.load_state_dict(self.mailbox.get())
        while not self.stop.is_set():
            self.nights.put(night(self.turbine, self.net))
            weights = newest(self.mailbox)
            if weights is not None:
                self.net.load_state_dict(weights)


def to_go(rews, gamma=0.97):
    out, acc = [], 0.0
    for r in reversed(rews):
        acc = r + gamma * acc
        out.append(acc)
    return out[::-1]


def learner():
    net = YawNet()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    nights, stop = queue.Queue(maxsize=4 * BATCH), threading.Event()
    crew = [Actor(n, nights, stop) for n in range(N_ACTORS)]

    def post():
        weights = {k: v.detach().clone() for k, v in net.state_dict().items()}
        for a in crew:
            a.mailbox.put(weights)

    post()
    for a in crew:
        a.start()
    began = time.time()
    for u in range(UPDATES):
        got = [nights.get() for _ in range(BATCH)]
        x = torch.tensor([g[0] for g in got])
        a = torch.tensor([g[1] for g in got])
        ret = torch.tensor([to_go(g[2]) for g in got])
        logits, v, _ = net(x)
        logp = F.log_softmax(logits, -1)
        adv = (ret - v).detach()
        loss = -(logp.gather(-1, a.unsqueeze(-1)).squeeze(-1) * adv).mean()
        loss = loss + 0.5 * F.mse_loss(v, ret) + 0.005 * (logp.exp() * logp).sum(-1).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()
        post()
        if u % 20 == 0:
            mean = sum(sum(g[2]) for g in got) / BATCH
            print("%5d  energy %.2f  %.0f s" % (u, mean, time.time() - began))
    stop.set()
    torch.save(net.state_dict(), "yaw.pt")


if __name__ == "__main__":
    learner()
