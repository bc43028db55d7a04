import copy
import queue
import random
from collections import deque

import gymnasium as gym
import torch
import torch.multiprocessing as mp

from actor import actor_main
from nets import RecurrentQ

CFG = dict(env="CartPole-v1", actors=4, seq_len=40, burn_in=10, pull_every=400, batch=32, gamma=0.99)


def publish(net, param_queues):
    sd = {k: v.clone() for k, v in net.state_dict().items()}
    for q in param_queues:
        try:
            q.put_nowait(sd)
        except queue.Full:
            pass


def update(net, target, opt, batch):
    xs, acts, rews, terms = (torch.stack([torch.as_tensor(b[i]) for b in batch], 1) for i in range(4))
    h0 = torch.cat([torch.as_tensor(b[4]) for b in batch], 1)
    k = CFG["burn_in"]
    with torch.no_grad():
        _, h = net(xs[:k], h0)
        _, ht = target(xs[:k], h0)
    q, _ = net(xs[k:], h)
    with torch.no_grad():
        qt, _ = target(xs[k:], ht)
        best = q[1:].argmax(-1, keepdim=True)
        nxt = qt[1:].gather(-1, best).squeeze(-1)
        goal = rews[k:-1].float() + CFG["gamma"] * (1 - terms[k:-1].float()) * nxt
    pred = q[:-1].gather(-1, acts[k:-1].long().unsqueeze(-1)).squeeze(-1)
    loss = torch.nn.functional.smooth_l1_loss(pred, goal)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    env = gym.make(CFG["env"])
    net = RecurrentQ(env.observation_space.shape[0], env.action_space.n)
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    seq_queue = mp.Queue(maxsize=200)
    param_queues = [mp.Queue(maxsize=1) for _ in range(CFG["actors"])]
    publish(net, param_queues)
    procs = [
        mp.Process(target=actor_main, args=(r, CFG, seq_queue, param_queues[r]), daemon=True)
        for r in range(CFG["actors"])
    ]
    for p in procs:
        p.start()
    replay, n = deque(maxlen=5000), 0
    while n < 200_000:
        try:
            replay.append(seq_queue.get(timeout=0.01))
        except queue.Empty:
            pass
        if len(replay) < 200:
            continue
        loss = update(net, target, opt, random.sample(replay, CFG["batch"]))
        n += 1
        if n % 50 == 0:
            publish(net, param_queues)
        if n % 1000 == 0:
            target.load_state_dict(net.state_dict())
            print(n, loss)


if __name__ == "__main__":
    main()
