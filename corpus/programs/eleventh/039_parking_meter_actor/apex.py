import argparse
import queue
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp

from net import DuelingLSTM
from street import Street

SEQ = 24


def actor(rank, eps, sequences, mailbox, sync_every):
    torch.set_num_threads(1)
    rnd = random.Random(rank)
    net = DuelingLSTM()
    net.load_state_dict(to_torch(mailbox.get()))
    street = Street(seed=rank)
    obs, hc, part = street.reset(), None, []
    step = 0
    while True:
        with torch.no_grad():
            q, hc = net(torch.tensor([[obs]], dtype=torch.float32), hc)
        a = rnd.randrange(5) if rnd.random() < eps else int(q.argmax())
        nxt, r, done = street.step(a)
        part.append((obs, a, r, float(done)))
        obs = nxt
        if len(part) == SEQ:
            sequences.put([np.array(c, dtype=np.float32) for c in zip(*part)])
            part = []
        if done:
            obs, hc, part = street.reset(), None, []
        step += 1
        if step % sync_every == 0:
            try:
                weights = mailbox.get_nowait()
            except queue.Empty:
                continue
            net.load_state_dict(to_torch(weights))


def to_torch(weights):
    return {k: torch.from_numpy(v) for k, v in weights.items()}


def to_numpy(net):
    return {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}


def td_loss(net, target, batch, gamma):
    obs, act, rew, done = (torch.from_numpy(np.stack(c)) for c in zip(*batch))
    q, _ = net(obs)
    q = q.gather(-1, act.long().unsqueeze(-1)).squeeze(-1)[:, :-1]
    with torch.no_grad():
        best = net(obs)[0].argmax(-1, keepdim=True)
        nxt = target(obs)[0].gather(-1, best).squeeze(-1)[:, 1:]
    y = rew[:, :-1] + gamma * (1 - done[:, :-1]) * nxt
    return torch.nn.functional.smooth_l1_loss(q, y)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=3)
    ap.add_argument("--updates", type=int, default=50000)
    ap.add_argument("--sync-every", type=int, default=40)
    ap.add_argument("--gamma", type=float, default=0.98)
    args = ap.parse_args()

    mp.set_start_method("spawn")
    sequences = mp.Queue(maxsize=256)
    mailboxes = [mp.Queue() for _ in range(args.actors)]
    net, target = DuelingLSTM(), DuelingLSTM()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=3e-4)
    for box in mailboxes:
        box.put(to_numpy(net))
    for i in range(args.actors):
        eps = 0.4 ** (1 + 7 * i / max(1, args.actors - 1))
        mp.Process(target=actor, args=(i, eps, sequences, mailboxes[i], args.sync_every),
                   daemon=True).start()

    replay = deque(maxlen=5000)
    while len(replay) < 200:
        replay.append(sequences.get())
    for n in range(1, args.updates + 1):
        while not sequences.empty():
            replay.append(sequences.get())
        loss = td_loss(net, target, random.sample(replay, 32), args.gamma)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if n % 20 == 0:
            for box in mailboxes:
                if box.empty():
                    box.put(to_numpy(net))
        if n % 500 == 0:
            target.load_state_dict(net.state_dict())
            print(n, f"{loss.item():.4f}", len(replay))
    torch.save(net.state_dict(), "parking.pt")


if __name__ == "__main__":
    main()
