import argparse
import random

import numpy as np
import torch
import torch.multiprocessing as mp

from agent import PickNet


class Warehouse:
    """Robots restock without telling; which shelf holds the item must be remembered."""

    def __init__(self, shelves, rng):
        self.shelves, self.rng = shelves, rng

    def reset(self):
        self.stock = self.rng.integers(0, 3, self.shelves)
        self.left, self.at = 60, 0
        self.wish = int(self.rng.integers(self.shelves))
        return self.obs(0.0)

    def obs(self, seen):
        here, wish = np.zeros(self.shelves), np.zeros(self.shelves)
        here[self.at], wish[self.wish] = 1, 1
        return np.concatenate([here, wish, [seen]]).astype(np.float32)

    def step(self, shelf):
        cost = 0.05 * abs(shelf - self.at)
        self.at = shelf
        ok = self.stock[shelf] > 0 and abs(shelf - self.wish) <= 1
        if ok:
            self.stock[shelf] -= 1
            self.wish = int(self.rng.integers(self.shelves))
        self.left -= 1
        return self.obs(self.stock[shelf] / 3), float(ok) - cost, self.left == 0


def actor(rank, args, pipe, out):
    env = Warehouse(args.shelves, np.random.default_rng(rank))
    net = PickNet(args.shelves)
    eps = 0.05 + 0.3 * rank / args.actors
    first = pipe.recv()
    net.load_state_dict(first)
    while True:
        weights = None
        while pipe.poll():
            weights = pipe.recv()
        if weights == "stop":
            return
        if weights is not None:
            net.load_state_dict(weights)
        obs, done, h = env.reset(), False, net.zeros()
        xs, acts, rews = [obs], [], []
        with torch.no_grad():
            while not done:
                q, h = net(torch.from_numpy(obs).view(1, 1, -1), h)
                a = random.randrange(args.shelves) if random.random() < eps else int(q.argmax())
                obs, r, done = env.step(a)
                xs.append(obs)
                acts.append(a)
                rews.append(r)
        out.put((np.stack(xs), np.array(acts), np.array(rews, dtype=np.float32)))


def learner(args, pipes, inbox):
    net, target = PickNet(args.shelves), PickNet(args.shelves)
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    memory = []

    def publish():
        weights = {k: v.clone() for k, v in net.state_dict().items()}
        for p in pipes:
            p.send(weights)

    publish()
    for n in range(1, args.updates + 1):
        memory.append(inbox.get())
        memory = memory[-args.memory:]
        batch = [random.choice(memory) for _ in range(args.batch)]
        xs = torch.from_numpy(np.stack([b[0] for b in batch]))
        acts = torch.from_numpy(np.stack([b[1] for b in batch]))
        rews = torch.from_numpy(np.stack([b[2] for b in batch]))
        q, _ = net(xs, net.zeros(args.batch))
        chosen = q[:, :-1].gather(2, acts.unsqueeze(2)).squeeze(2)
        with torch.no_grad():
            future = target(xs, target.zeros(args.batch))[0][:, 1:].max(2).values
            future[:, -1] = 0
        loss = torch.nn.functional.mse_loss(chosen, rews + args.gamma * future)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if n % args.publish == 0:
            publish()
        if n % args.target == 0:
            target.load_state_dict(net.state_dict())
            print(n, round(loss.item(), 4), round(float(np.mean([m[2].sum() for m in memory[-100:]])), 2))
    for p in pipes:
        p.send("stop")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--shelves", type=int, default=12)
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--updates", type=int, default=50000)
    ap.add_argument("--memory", type=int, default=3000)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--publish", type=int, default=25)
    ap.add_argument("--target", type=int, default=500)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--gamma", type=float, default=0.95)
    args = ap.parse_args()
    inbox = mp.Queue(maxsize=64)
    ends = [mp.Pipe() for _ in range(args.actors)]
    crew = [mp.Process(target=actor, args=(i, args, ends[i][1], inbox), daemon=True) for i in range(args.actors)]
    for p in crew:
        p.start()
    learner(args, [e[0] for e in ends], inbox)
