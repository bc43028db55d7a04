import argparse
import queue
import threading
from collections import deque

import torch
from torch import nn
from torch.distributions import Categorical

from seedrl.actors import ActorThread
from seedrl.net import CraneNet
from seedrl.server import InferenceServer


def unroll(net, segs):
    obs = torch.stack([s["obs"] for s in segs], 1).float()
    begins = torch.stack([s["begins"] for s in segs], 1).float()
    h = torch.stack([s["h0"] for s in segs])
    logits, values = [], []
    for x, b in zip(obs, begins):
        lg, v, h = net(x, h * (1 - b).unsqueeze(-1))
        logits.append(lg)
        values.append(v)
    last = torch.stack([s["last_obs"] for s in segs]).float()
    lb = torch.stack([s["last_begins"] for s in segs]).float()
    with torch.no_grad():
        _, boot, _ = net(last, h * (1 - lb).unsqueeze(-1))
    live = torch.cat([1 - begins[1:], (1 - lb).unsqueeze(0)])
    return torch.stack(logits), torch.stack(values), boot, live


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=32)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--unroll", type=int, default=32)
    ap.add_argument("--updates", type=int, default=30_000)
    ns = ap.parse_args()

    net, lock, segments = CraneNet(), threading.Lock(), queue.Queue(maxsize=128)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4)
    server = InferenceServer(net, ns.actors, lock)
    server.start()
    for i in range(ns.actors):
        ActorThread(i, server, segments, ns.unroll).start()

    scores = deque(maxlen=100)
    for k in range(1, ns.updates + 1):
        segs = [segments.get() for _ in range(ns.batch)]
        scores.extend(s["score"] for s in segs if s["score"] is not None)
        logits, values, boot, live = unroll(net, segs)
        a = torch.stack([s["a"] for s in segs], 1)
        logp_b = torch.stack([s["logp"] for s in segs], 1)
        r = torch.stack([s["r"] for s in segs], 1)
        ret, targets = boot, []
        for t in reversed(range(len(r))):
            ret = r[t].float() + 0.99 * live[t] * ret
            targets.insert(0, ret)
        target = torch.stack(targets)
        dist = Categorical(logits=logits)
        logp = dist.log_prob(a)
        rho = (logp.detach() - logp_b).exp().clamp(max=1.0)
        adv = (target - values).detach()
        loss = -(rho * logp * adv).mean() + 0.5 * (target - values).pow(2).mean() - 0.01 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        with lock:
            opt.step()
        if k % 4 == 0:
            server.updated.set()
        if k % 200 == 0 and scores:
            print(k, round(sum(scores) / len(scores), 2))


if __name__ == "__main__":
    main()
