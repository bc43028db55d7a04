import queue
import random
from collections import deque

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from nets import DrawdownQ
from tank import Tank

K = 16
PULL_EVERY = 250


def drain(q):
    item = None
    while True:
        try:
            item = q.get_nowait()
        except queue.Empty:
            return item


def pad(hist):
    w = list(hist)
    return [[0.0] * Tank.READ] * (K - len(w)) + w


def actor(rank, weights_q, data_q, stop):
    rnd = random.Random(rank)
    eps = 0.4 ** (rank + 1)
    tank = Tank(rnd)
    net = DrawdownQ(Tank.READ, Tank.VALVE)
    hist = deque([tank.pitch()], maxlen=K)
    n = 0
    while not stop.is_set():
        if n % PULL_EVERY == 0:
            fresh = drain(weights_q)
            if fresh is not None:
                net.load_state_dict(fresh)
        w = pad(hist)
        if rnd.random() < eps:
            a = rnd.randrange(Tank.VALVE)
        else:
            with torch.no_grad():
                a = net(torch.tensor([w])).argmax().item()
        reading, r, done = tank.hourly(a)
        hist.append(reading)
        data_q.put((w, a, r, pad(hist), float(done)))
        if done:
            hist = deque([tank.pitch()], maxlen=K)
        n += 1


def learner(weight_qs, data_q, stop, updates=100_000, batch=64, tau=0.005):
    net, target = DrawdownQ(Tank.READ, Tank.VALVE), DrawdownQ(Tank.READ, Tank.VALVE)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), 5e-4)
    mem = deque(maxlen=50_000)
    u = 0
    while u < updates:
        try:
            while True:
                mem.append(data_q.get_nowait())
        except queue.Empty:
            pass
        if len(mem) < 1000:
            continue
        w, a, r, w2, d = zip(*random.sample(mem, batch))
        w, w2, a = torch.tensor(w), torch.tensor(w2), torch.tensor(a)
        with torch.no_grad():
            y = torch.tensor(r) + 0.99 * (1 - torch.tensor(d)) * target(w2).max(1).values
        q = net(w).gather(1, a[:, None])[:, 0]
        loss = F.smooth_l1_loss(q, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        with torch.no_grad():
            for p, tp in zip(net.parameters(), target.parameters()):
                tp.mul_(1 - tau).add_(tau * p)
        u += 1
        if u % 100 == 0:
            sd = {k: v.clone() for k, v in net.state_dict().items()}
            for q_ in weight_qs:
                q_.put(sd)
        if u % 2000 == 0:
            print(u, loss.item())
    stop.set()
    torch.save(net.state_dict(), "tank_q.pt")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    n_actors = 4
    stop, data_q = mp.Event(), mp.Queue(10_000)
    qs = [mp.Queue() for _ in range(n_actors)]
    procs = [mp.Process(target=actor, args=(i, qs[i], data_q, stop), daemon=True) for i in range(n_actors)]
    for p in procs:
        p.start()
    learner(qs, data_q, stop)
