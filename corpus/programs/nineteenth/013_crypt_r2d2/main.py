import argparse
import queue
import random
from collections import deque

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F

from cave import Crypt
from net import RecurrentQ

BURN, SEQ = 20, 60


def actor(rank, n_actors, mailbox, sequences, pull_every):
    torch.set_num_threads(1)
    env = Crypt(seed=rank)
    eps = 0.4 ** (1 + 7 * rank / max(1, n_actors - 1))
    q = RecurrentQ()
    q.load_state_dict(mailbox.get())
    steps, hidden = 0, None
    obs = env.reset()
    chunk = []
    while True:
        with torch.no_grad():
            values, hidden = q(torch.from_numpy(obs).view(1, 1, -1), hidden)
        a = random.randrange(4) if random.random() < eps else values.argmax().item()
        nxt, r, done = env.step(a)
        chunk.append((obs, a, r, done))
        obs = nxt
        if done:
            obs = env.reset()
            hidden = None
        if len(chunk) == SEQ or done:
            if len(chunk) > BURN + 1:
                sequences.put(chunk)
            chunk = []
        steps += 1
        if steps % pull_every == 0:
            try:
                q.load_state_dict(mailbox.get_nowait())
            except queue.Empty:
                pass


def to_batch(chunks):
    obs = torch.zeros(len(chunks), SEQ, 126)
    act = torch.zeros(len(chunks), SEQ, dtype=torch.long)
    rew, done, mask = (torch.zeros(len(chunks), SEQ) for _ in range(3))
    for i, c in enumerate(chunks):
        n = len(c)
        obs[i, :n] = torch.from_numpy(np.stack([t[0] for t in c]))
        act[i, :n] = torch.tensor([t[1] for t in c])
        rew[i, :n] = torch.tensor([t[2] for t in c])
        done[i, :n] = torch.tensor([float(t[3]) for t in c])
        mask[i, BURN:n - 1 + int(c[-1][3])] = 1.0
    return obs, act, rew, done, mask


def loss_fn(q, target, batch, gamma):
    obs, act, rew, done, mask = batch
    values, _ = q(obs)
    with torch.no_grad():
        tvalues, _ = target(obs)
        best = values.argmax(-1, keepdim=True)
        nxt = tvalues.gather(-1, best).squeeze(-1)
        nxt = torch.cat([nxt[:, 1:], torch.zeros(len(obs), 1)], dim=1)
        y = rew + gamma * (1 - done) * nxt
    taken = values.gather(-1, act.unsqueeze(-1)).squeeze(-1)
    return (F.smooth_l1_loss(taken, y, reduction="none") * mask).sum() / mask.sum().clamp(min=1)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--updates", type=int, default=200_000)
    p.add_argument("--pull-every", type=int, default=100)
    p.add_argument("--gamma", type=float, default=0.997)
    args = p.parse_args()

    q, target = RecurrentQ(), RecurrentQ()
    target.load_state_dict(q.state_dict())
    opt = torch.optim.Adam(q.parameters(), lr=1e-4, eps=1e-3)
    sequences = mp.Queue(maxsize=500)
    boxes = [mp.Queue(maxsize=1) for _ in range(args.actors)]
    for i, box in enumerate(boxes):
        box.put({k: v.clone() for k, v in q.state_dict().items()})
        mp.Process(target=actor, args=(i, args.actors, box, sequences, args.pull_every), daemon=True).start()

    replay = deque(maxlen=20_000)
    for u in range(args.updates):
        while len(replay) < 500 or not sequences.empty():
            replay.append(sequences.get())
        loss = loss_fn(q, target, to_batch(random.sample(replay, args.batch)), args.gamma)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(q.parameters(), 40.0)
        opt.step()
        if u % 50 == 0:
            for box in boxes:
                if box.empty():
                    box.put({k: v.clone() for k, v in q.state_dict().items()})
        if u % 2500 == 0:
            target.load_state_dict(q.state_dict())
            rewards = [sum(t[2] for t in c) for c in list(replay)[-200:]]
            print(u, f"loss {loss.item():.4f} reward per sequence {np.mean(rewards):.3f}")
            torch.save(q.state_dict(), "crypt.pt")


if __name__ == "__main__":
    mp.set_start_method("spawn")
    main()
