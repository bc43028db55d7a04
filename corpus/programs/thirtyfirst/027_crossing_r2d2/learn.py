import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp

from actor import actor_main
from crossing import Crossing
from qnet import PhaseQ

BURN_IN = 10


def snapshot(net):
    return {k: v.detach().numpy().copy() for k, v in net.state_dict().items()}


def sequence_loss(online, target, batch, gamma):
    xs = torch.from_numpy(np.stack([b[0] for b in batch], 1))
    acts = torch.from_numpy(np.stack([b[1] for b in batch], 1)).long()
    rews = torch.from_numpy(np.stack([b[2] for b in batch], 1))
    h0 = torch.from_numpy(np.concatenate([b[3][0] for b in batch], 1))
    c0 = torch.from_numpy(np.concatenate([b[3][1] for b in batch], 1))
    with torch.no_grad():
        _, on_carry = online(xs[:BURN_IN], (h0, c0))
        _, tg_carry = target(xs[:BURN_IN], (h0, c0))
    q, _ = online(xs[BURN_IN:], on_carry)
    with torch.no_grad():
        tq, _ = target(xs[BURN_IN:], tg_carry)
        pick = q[1:].argmax(-1, keepdim=True)
        y = rews[BURN_IN:-1] + gamma * tq[1:].gather(-1, pick).squeeze(-1)
    taken = q[:-1].gather(-1, acts[BURN_IN:-1].unsqueeze(-1)).squeeze(-1)
    return torch.nn.functional.smooth_l1_loss(taken, y)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=4)
    p.add_argument("--updates", type=int, default=20000)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--gamma", type=float, default=0.99)
    args = p.parse_args()

    mp.set_start_method("spawn")
    online = PhaseQ(Crossing.obs_dim, Crossing.n_phases)
    target = PhaseQ(Crossing.obs_dim, Crossing.n_phases)
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=2e-4, eps=1e-3)

    segments = mp.Queue(maxsize=256)
    boxes = [mp.Queue() for _ in range(args.actors)]
    procs = [mp.Process(target=actor_main, args=(i, args.actors, boxes[i], segments, 10 ** 7), daemon=True)
             for i in range(args.actors)]
    for box in boxes:
        box.put(snapshot(online))
    for pr in procs:
        pr.start()

    memory = deque(maxlen=20000)
    while len(memory) < 500:
        memory.append(segments.get())
    for u in range(args.updates):
        while not segments.empty():
            memory.append(segments.get())
        loss = sequence_loss(online, target, random.sample(memory, args.batch), args.gamma)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(online.parameters(), 40.0)
        opt.step()
        if u % 25 == 0:
            weights = snapshot(online)
            for box in boxes:
                box.put(weights)
        if u % 500 == 0:
            target.load_state_dict(online.state_dict())
            print(f"update {u} loss {loss.item():.4f} memory {len(memory)}")
    torch.save(online.state_dict(), "crossing_r2d2.pt")
    for pr in procs:
        pr.terminate()


if __name__ == "__main__":
    main()
