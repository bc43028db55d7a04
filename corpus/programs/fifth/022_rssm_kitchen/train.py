import argparse
import queue
import random
import threading
from collections import deque

import numpy as np
import torch

from kitchen.collector import Collector, Stove
from kitchen.rssm import RSSM, Actor, Latent, sequence_loss


def sample(store, batch, length):
    cols = ([], [], [])
    for _ in range(batch):
        ep = random.choice(store)
        i = random.randrange(len(ep[2]) - length)
        for c, x in zip(cols, ep):
            c.append(x[i : i + length])
    return [torch.from_numpy(np.stack(c, 1)) for c in cols]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=20_000)
    ap.add_argument("--publish-every", type=int, default=5)
    ap.add_argument("--horizon", type=int, default=12)
    ns = ap.parse_args()

    model = RSSM(Stove.obs_dim, Stove.act_dim)
    actor = Actor(model.deter + model.stoch, Stove.act_dim)
    m_opt = torch.optim.Adam(model.parameters(), lr=6e-4)
    a_opt = torch.optim.Adam(actor.parameters(), lr=8e-5)
    lock, episodes = threading.Lock(), queue.Queue(maxsize=64)
    collectors = [Collector(model, actor, episodes, lock, s) for s in range(2)]
    for c in collectors:
        c.start()

    store = deque(maxlen=400)
    while len(store) < 5:
        store.append(episodes.get())
    for update in range(1, ns.updates + 1):
        while not episodes.empty():
            store.append(episodes.get())
        obs, act, rew = sample(store, 32, 40)
        loss, states = sequence_loss(model, obs, act, rew)
        m_opt.zero_grad()
        loss.backward()
        with lock:
            m_opt.step()

        start = Latent(torch.cat([s.deter for s in states]), torch.cat([s.stoch for s in states])).detach()
        gain, discount = torch.zeros(()), 1.0
        for _ in range(ns.horizon):
            start, _ = model.imagine(start, actor(start.features))
            gain = gain + discount * model.reward(start.features).mean()
            discount *= 0.97
        a_opt.zero_grad()
        (-gain).backward()
        with lock:
            a_opt.step()
        if update % ns.publish_every == 0:
            for c in collectors:
                c.fresh.set()
        if update % 200 == 0:
            print(update, float(loss), float(np.mean([e[2].sum() for e in list(store)[-10:]])))
    for c in collectors:
        c.halt.set()


if __name__ == "__main__":
    main()
