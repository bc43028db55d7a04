import queue
import sys

import torch
import torch.multiprocessing as mp
import torch.nn as nn

from leduc import Leduc


class Player(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(9, 40, batch_first=True)
        self.pi = nn.Linear(40, 3)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.pi(y[:, -1]), h


def worker(rank, inbox, outbox):
    torch.manual_seed(100 + rank)
    env, net = Leduc(rank), Player()
    net.eval()
    who, h, obs = None, None, env.reset()
    won, hands = 0.0, 0
    while True:
        try:
            msg = inbox.get_nowait() if who is not None else inbox.get()
        except queue.Empty:
            msg = None
        if msg is not None:
            kind, payload = msg
            if kind == "stop":
                return
            who, params = payload
            net.load_state_dict(params)
            obs, h = env.reset(), None
            won, hands = 0.0, 0

        with torch.no_grad():
            x = torch.from_numpy(obs).view(1, 1, -1)
            logits, h = net(x, h)
            a = torch.multinomial(logits.softmax(-1), 1).item()
        obs, reward, done = env.step(a)
        if done:
            won += reward
            hands += 1
            obs, h = env.reset(), None
            if hands == 2000:
                outbox.put((who, rank, won / hands))
                who = None


def main(files):
    mp.set_start_method("spawn")
    n = 4
    inboxes = [mp.Queue() for _ in range(n)]
    outbox = mp.Queue()
    procs = [mp.Process(target=worker, args=(i, inboxes[i], outbox), daemon=True) for i in range(n)]
    for p in procs:
        p.start()

    jobs = [(f, torch.load(f, map_location="cpu")) for f in files]
    table = {}
    busy = 0
    for i in range(n):
        if jobs:
            inboxes[i].put(("player", jobs.pop()))
            busy += 1
    while busy:
        name, rank, ev = outbox.get()
        table[name] = ev
        busy -= 1
        print(f"{name}: {ev:+.3f} per hand")
        if jobs:
            inboxes[rank].put(("player", jobs.pop()))
            busy += 1
    for q in inboxes:
        q.put(("stop", None))
    print("winner", max(table, key=table.get))


if __name__ == "__main__":
    main(sys.argv[1:])
