import argparse
import queue
import random
from collections import deque

import torch
import torch.multiprocessing as mp
import torch.nn as nn

from room import Room

WINDOW = 12


class WindowQ(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(4, 48, batch_first=True)
        self.fc = nn.Linear(48, 4)

    def forward(self, window):
        _, last = self.gru(window)
        return self.fc(last[0])


def actor(index, weights_q, data_q, epsilon):
    torch.set_num_threads(1)
    q, room = WindowQ(), Room(random.Random(index))
    q.load_state_dict(weights_q.get())
    steps = 0
    while True:
        window = deque([[0.0] * 4] * (WINDOW - 1) + [room.reset()], maxlen=WINDOW)
        done = False
        while not done:
            if steps % 100 == 0:
                try:
                    q.load_state_dict(weights_q.get_nowait())
                except queue.Empty:
                    pass
            x = torch.tensor([list(window)])
            with torch.no_grad():
                a = q(x).argmax(1).item() if random.random() > epsilon else random.randrange(4)
            obs, r, done = room.step(a)
            window.append(obs)
            data_q.put((x[0].tolist(), a, r, list(window), float(done)))
            steps += 1


def broadcast(net, pipes):
    weights = {k: v.detach().cpu().clone() for k, v in net.state_dict().items()}
    for p in pipes:
        if p.empty():
            p.put(weights)


def learner(net, data_q, pipes, args):
    target = WindowQ()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    memory = deque(maxlen=50000)
    for update in range(args.updates):
        for _ in range(8):
            memory.append(data_q.get())
        if len(memory) < 1000:
            continue
        x, a, r, x2, d = (torch.tensor(col) for col in zip(*random.sample(memory, 64)))
        with torch.no_grad():
            y = r + args.gamma * (1 - d) * target(x2).max(1).values
        loss = (net(x).gather(1, a.unsqueeze(1)).squeeze(1) - y).pow(2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        if update % 25 == 0:
            broadcast(net, pipes)
        if update % 400 == 0:
            target.load_state_dict(net.state_dict())
            print(update, f"{loss.item():.4f}", flush=True)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=3)
    ap.add_argument("--updates", type=int, default=40000)
    ap.add_argument("--gamma", type=float, default=0.95)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()
    mp.set_start_method("spawn")
    data_q = mp.Queue(maxsize=2000)
    pipes = [mp.Queue(maxsize=1) for _ in range(args.actors)]
    net = WindowQ()
    broadcast(net, pipes)
    procs = [mp.Process(target=actor, args=(i, pipes[i], data_q, 0.1 + 0.1 * i), daemon=True) for i in range(args.actors)]
    for p in procs:
        p.start()
    learner(net, data_q, pipes, args)
    torch.save(net.state_dict(), "vacuum.pt")
