import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from actor import TugActor, TugNet


def run_actor(i, n, inbox, outbox, stop):
    torch.set_num_threads(1)
    TugActor(i, n).loop(inbox, outbox, stop)


def cpu_copy(net):
    return {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}


def loss_of(voyage, net, target, gamma=0.99):
    obs = torch.from_numpy(np.stack([s[0] for s in voyage])).unsqueeze(0)
    a = torch.tensor([s[1] for s in voyage])
    r = torch.tensor([s[2] for s in voyage], dtype=torch.float32)
    end = torch.tensor([float(s[3]) for s in voyage])
    q = net(obs)[0][0]
    with torch.no_grad():
        best = q.argmax(-1)
        q_next = target(obs)[0][0].gather(1, best[:, None]).squeeze(1)
        q_next = torch.cat([q_next[1:], torch.zeros(1)])
        y = r + gamma * (1 - end) * q_next
    return F.smooth_l1_loss(q.gather(1, a[:, None]).squeeze(1), y)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=6)
    ap.add_argument("--updates", type=int, default=100000)
    ap.add_argument("--memory", type=int, default=3000)
    args = ap.parse_args()

    net, target = TugNet(), TugNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=2e-4)
    stop, outbox = mp.Event(), mp.Queue()
    inboxes = [mp.Queue() for _ in range(args.actors)]
    procs = [
        mp.Process(target=run_actor, args=(i, args.actors, q, outbox, stop), daemon=True)
        for i, q in enumerate(inboxes)
    ]
    for p, q in zip(procs, inboxes):
        q.put(cpu_copy(net))
        p.start()

    replay = deque(maxlen=args.memory)
    while len(replay) < 50:
        replay.append(outbox.get())
    for u in range(1, args.updates + 1):
        while not outbox.empty():
            replay.append(outbox.get())
        loss = sum(loss_of(random.choice(replay), net, target) for _ in range(8)) / 8
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10)
        opt.step()
        if u % 50 == 0:
            for q in inboxes:
                if q.empty():
                    q.put(cpu_copy(net))
        if u % 1000 == 0:
            target.load_state_dict(net.state_dict())
            last = [sum(s[2] for s in v) for v in list(replay)[-50:]]
            print(u, float(loss), np.mean(last))
            torch.save(net.state_dict(), "tug.pt")
    stop.set()


if __name__ == "__main__":
    main()
