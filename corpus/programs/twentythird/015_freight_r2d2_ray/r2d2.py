import random
import time
from collections import deque

import numpy as np
import ray
import torch
import torch.nn as nn
import torch.nn.functional as F

from yard import YardEnv

SEQ, BURN, GAMMA = 40, 10, 0.99


class QNet(nn.Module):
    def __init__(self, n_obs, n_act, hid=128):
        super().__init__()
        self.hid = hid
        self.fc = nn.Linear(n_obs, hid)
        self.lstm = nn.LSTM(hid, hid, batch_first=True)
        self.adv = nn.Linear(hid, n_act)
        self.val = nn.Linear(hid, 1)

    def init_hidden(self, b=1):
        return torch.zeros(1, b, self.hid), torch.zeros(1, b, self.hid)

    def forward(self, obs, hidden):
        y, hidden = self.lstm(F.relu(self.fc(obs)), hidden)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hidden


def cpu_weights(net):
    return {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}


@ray.remote
class Store:
    def __init__(self):
        self.weights = None
        self.queue = deque(maxlen=500)

    def put_weights(self, w):
        self.weights = w

    def get_weights(self):
        return self.weights

    def add(self, seqs):
        self.queue.extend(seqs)

    def drain(self):
        out = list(self.queue)
        self.queue.clear()
        return out


@ray.remote
class Actor:
    def __init__(self, idx, n_actors, store, pull_every=400):
        self.env = YardEnv(seed=idx)
        self.net = QNet(self.env.n_obs, self.env.n_act)
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.store = store
        self.pull_every = pull_every

    def run(self):
        obs = self.env.reset()
        hidden = self.net.init_hidden()
        seq, first, out = [], hidden, []
        step = 0
        while True:
            if step % self.pull_every == 0:
                w = ray.get(self.store.get_weights.remote())
                if w is not None:
                    self.net.load_state_dict(w)
            if not seq:
                first = hidden
            with torch.no_grad():
                q, hidden = self.net(torch.from_numpy(obs).view(1, 1, -1), hidden)
            act = int(q.argmax()) if random.random() > self.eps else random.randrange(self.env.n_act)
            nxt, rew, done = self.env.step(act)
            seq.append((obs, act, rew, float(done)))
            obs = nxt
            if len(seq) == SEQ:
                out.append((seq, first))
            if done or len(seq) == SEQ:
                seq = []
            if done:
                obs = self.env.reset()
                hidden = self.net.init_hidden()
            if len(out) >= 4:
                self.store.add.remote(out)
                out = []
            step += 1


def batch_of(memory, n):
    picks = random.sample(memory, n)
    cols = list(zip(*[list(zip(*seq)) for seq, _ in picks]))
    obs = torch.from_numpy(np.array(cols[0]))
    act = torch.tensor(np.array(cols[1]))
    rew = torch.tensor(np.array(cols[2]), dtype=torch.float32)
    done = torch.tensor(np.array(cols[3]), dtype=torch.float32)
    h = torch.cat([f[0] for _, f in picks], 1)
    c = torch.cat([f[1] for _, f in picks], 1)
    return obs, act, rew, done, (h, c)


def learner(n_actors=16, updates=200_000):
    ray.init()
    env = YardEnv()
    net, target = QNet(env.n_obs, env.n_act), QNet(env.n_obs, env.n_act)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    store = Store.remote()
    ray.get(store.put_weights.remote(cpu_weights(net)))
    actors = [Actor.remote(i, n_actors, store) for i in range(n_actors)]
    for a in actors:
        a.run.remote()
    memory = []
    u = 0
    while u < updates:
        memory = (memory + ray.get(store.drain.remote()))[-20_000:]
        if len(memory) < 500:
            time.sleep(1)
            continue
        obs, act, rew, done, hc = batch_of(memory, 64)
        q, _ = net(obs, hc)
        with torch.no_grad():
            tq, _ = target(obs, hc)
            best = q[:, 1:].argmax(-1, keepdim=True)
            y = rew[:, :-1] + GAMMA * (1 - done[:, :-1]) * tq[:, 1:].gather(-1, best).squeeze(-1)
        qa = q[:, :-1].gather(-1, act[:, :-1].unsqueeze(-1)).squeeze(-1)
        loss = F.smooth_l1_loss(qa[:, BURN:], y[:, BURN:])
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        u += 1
        if u % 50 == 0:
            store.put_weights.remote(cpu_weights(net))
        if u % 1000 == 0:
            target.load_state_dict(net.state_dict())
            print(u, loss.item())


if __name__ == "__main__":
    learner()
