"""R2D2 without frills: actor processes, one learner, episodes through a queue."""
import argparse
import queue
import random

import numpy as np
import torch
import torch.multiprocessing as mp
from torch import nn

from pond import Pond


class PondQ(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(Pond.SPOTS + 2, hidden, batch_first=True)
        self.q = nn.Linear(hidden, Pond.SPOTS)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.q(y), h


def newest(box):
    """Empty the mailbox, return the last message or None."""
    item = None
    while True:
        try:
            item = box.get_nowait()
        except queue.Empty:
            return item


class PondActor(mp.Process):
    def __init__(self, number, eps, mailbox, episodes, stop):
        super().__init__(daemon=True)
        self.number, self.eps = number, eps
        self.mailbox, self.episodes, self.stop = mailbox, episodes, stop

    def run(self):
        torch.set_num_threads(1)
        random.seed(self.number)
        env = Pond(seed=self.number)
        net = PondQ()
        net.load_state_dict(self.mailbox.get())
        while not self.stop.is_set():
            weights = newest(self.mailbox)
            if weights is not None:
                net.load_state_dict(weights)
            self.episodes.put(self.play(env, net))

    @torch.no_grad()
    def play(self, env, net):
        h = torch.zeros(1, 1, net.hidden)
        obs, done = env.reset(), False
        xs, acts, rews = [obs], [], []
        while not done:
            q, h = net(torch.from_numpy(obs).view(1, 1, -1), h)
            a = random.randrange(Pond.SPOTS) if random.random() < self.eps else q.argmax().item()
            obs, r, done = env.step(a)
            xs.append(obs)
            acts.append(a)
            rews.append(r)
        return np.stack(xs), np.array(acts), np.array(rews, dtype=np.float32)


def learn(args, mailboxes, episodes):
    online, target = PondQ(), PondQ()
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=args.lr)
    memory = []

    def publish():
        weights = {k: v.numpy().copy() for k, v in online.state_dict().items()}
        for box in mailboxes:
            box.put({k: torch.from_numpy(v.copy()) for k, v in weights.items()})

    publish()
    for it in range(1, args.updates + 1):
        while not episodes.empty() or len(memory) < args.batch:
            memory.append(episodes.get())
        memory = memory[-args.capacity:]
        picks = random.sample(memory, args.batch)
        x = torch.from_numpy(np.stack([p[0] for p in picks]))
        a = torch.from_numpy(np.stack([p[1] for p in picks]))
        r = torch.from_numpy(np.stack([p[2] for p in picks]))
        q, _ = online(x)
        with torch.no_grad():
            tq, _ = target(x)
            nxt = tq[:, 1:].gather(2, q[:, 1:].argmax(2, keepdim=True)).squeeze(2)
            nxt[:, -1] = 0.0
            y = r + args.gamma * nxt
        loss = nn.functional.smooth_l1_loss(q[:, :-1].gather(2, a.unsqueeze(2)).squeeze(2), y)
        opt.zero_grad()
        loss.backward()
        opt.step()

        if it % args.target_every == 0:
            target.load_state_dict(online.state_dict())
        if it % args.publish_every == 0:
            publish()
            catch = np.mean([p[2].sum() for p in memory[-100:]])
            print(f"{it:6d} loss {loss.item():.4f} catch {catch:.2f}")
    torch.save(online.state_dict(), args.out)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--updates", type=int, default=30000)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--capacity", type=int, default=5000)
    ap.add_argument("--gamma", type=float, default=0.97)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--target-every", type=int, default=200)
    ap.add_argument("--publish-every", type=int, default=50)
    ap.add_argument("--out", default="pond.pt")
    args = ap.parse_args()

    stop = mp.Event()
    episodes = mp.Queue(maxsize=200)
    mailboxes = [mp.Queue() for _ in range(args.actors)]
    actors = [PondActor(i, 0.4 ** (1 + i), mailboxes[i], episodes, stop) for i in range(args.actors)]
    for p in actors:
        p.start()
    learn(args, mailboxes, episodes)
    stop.set()
    for p in actors:
        p.terminate()
