import copy
import queue
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from bakery import Bakery

BURN_IN, SEQ = 10, 30
GAMMA = 0.98
ACTORS = 4


class QNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.fc = nn.Linear(Bakery.obs_dim, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, Bakery.n_actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(F.relu(self.fc(x)), hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc


def actor(rank, params, data, stop, pull_every=50):
    torch.set_num_threads(1)
    rng = random.Random(rank)
    env = Bakery(rank)
    net = QNet()
    net.load_state_dict(params.get())
    eps = 0.4 ** (1 + 7 * rank / max(1, ACTORS - 1))
    step = 0
    while not stop.is_set():
        obs, done = env.reset(), False
        hc = None
        traj = []
        while not done:
            if step % pull_every == 0:
                try:
                    net.load_state_dict(params.get_nowait())
                except queue.Empty:
                    pass
            with torch.no_grad():
                q, hc = net(torch.from_numpy(obs).view(1, 1, -1), hc)
            a = rng.randrange(Bakery.n_actions) if rng.random() < eps else int(q.argmax())
            nxt, r, done = env.step(a)
            traj.append((obs, a, r, done))
            obs = nxt
            step += 1
            if len(traj) == BURN_IN + SEQ:
                data.put([np.stack(x) for x in zip(*traj)])
                traj = traj[SEQ:]


def td_loss(online, target, batch):
    obs, act, rew, done = batch
    q, _ = online(obs)
    with torch.no_grad():
        best = q.argmax(-1, keepdim=True)
        q_next = target(obs)[0].gather(-1, best).squeeze(-1)
        y = rew[:, :-1] + GAMMA * (1 - done[:, :-1]) * q_next[:, 1:]
    chosen = q.gather(-1, act.unsqueeze(-1)).squeeze(-1)[:, :-1]
    return F.smooth_l1_loss(chosen[:, BURN_IN:], y[:, BURN_IN:])


def learner(params, data, stop, updates=30000):
    online = QNet()
    target = copy.deepcopy(online)
    opt = torch.optim.Adam(online.parameters(), lr=2e-4, eps=1e-3)
    replay = deque(maxlen=20000)

    def publish():
        weights = {k: v.clone() for k, v in online.state_dict().items()}
        for p in params:
            try:
                p.put_nowait(weights)
            except queue.Full:
                pass

    publish()
    n = 0
    while n < updates:
        while not data.empty() or len(replay) < 200:
            replay.append(data.get())
        rows = random.sample(replay, 32)
        obs, act, rew, done = (torch.from_numpy(np.stack(x)) for x in zip(*rows))
        loss = td_loss(online, target, (obs.float(), act.long(), rew.float(), done.float()))
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(online.parameters(), 10)
        opt.step()
        n += 1
        if n % 20 == 0:
            publish()
        if n % 500 == 0:
            target.load_state_dict(online.state_dict())
            print(f"update {n} loss {loss.item():.4f} replay {len(replay)} reward {rew.float().mean():.3f}")
    torch.save(online.state_dict(), "bakery_q.pt")
    stop.set()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    params = [mp.Queue(maxsize=1) for _ in range(ACTORS)]
    data, stop = mp.Queue(maxsize=200), mp.Event()
    actors = [mp.Process(target=actor, args=(i, params[i], data, stop), daemon=True) for i in range(ACTORS)]
    for p in actors:
        p.start()
    learner(params, data, stop)
    for p in actors:
        p.terminate()
