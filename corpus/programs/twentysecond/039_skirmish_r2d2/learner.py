import argparse
import copy
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp

from actor import actor_main
from network import R2D2Net
from skirmish import Skirmish


def to_batch(seqs):
    obs = torch.tensor(np.array([[s[0] for s in q] for q in seqs]))
    act = torch.tensor([[s[1] for s in q] for q in seqs])
    rew = torch.tensor([[s[2] for s in q] for q in seqs], dtype=torch.float32)
    done = torch.tensor([[s[3] for s in q] for q in seqs], dtype=torch.float32)
    return obs, act, rew, done


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=6)
    p.add_argument("--seq-len", type=int, default=40)
    p.add_argument("--burn-in", type=int, default=10)
    p.add_argument("--pull-every", type=int, default=100)
    p.add_argument("--updates", type=int, default=200_000)
    cfg = p.parse_args()

    mp.set_start_method("spawn")
    seq_queue = mp.Queue(maxsize=200)
    weight_queues = [mp.Queue() for _ in range(cfg.actors)]
    procs = [mp.Process(target=actor_main, args=(i, cfg, seq_queue, q), daemon=True)
             for i, q in enumerate(weight_queues)]
    for proc in procs:
        proc.start()

    net = R2D2Net(Skirmish.obs_dim, len(Skirmish.ORDERS))
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=1e-4, eps=1e-3)
    replay = deque(maxlen=20_000)
    for update in range(cfg.updates):
        for _ in range(4 if len(replay) > 500 else 500):
            replay.append(seq_queue.get())
        obs, act, rew, done = to_batch(random.sample(replay, 32))
        q, _ = net(obs, net.zero_state(32))
        with torch.no_grad():
            tq, _ = target(obs, target.zero_state(32))
            nxt = tq.gather(2, q.argmax(2, keepdim=True)).squeeze(2)[:, 1:]
            y = rew[:, :-1] + 0.99 * (1 - done[:, :-1]) * nxt
        td = y - q.gather(2, act.unsqueeze(2)).squeeze(2)[:, :-1]
        loss = td[:, cfg.burn_in:].pow(2).mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        if update % 400 == 0:
            target.load_state_dict(net.state_dict())
        if update % 20 == 0:
            weights = {k: v.cpu().numpy().copy() for k, v in net.state_dict().items()}
            for q_ in weight_queues:
                q_.put(weights)
        if update % 1000 == 0:
            print(update, f"loss {loss.item():.4f} replay {len(replay)}", flush=True)
            torch.save(net.state_dict(), "skirmish.pt")


if __name__ == "__main__":
    main()
