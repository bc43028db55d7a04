import argparse
import queue
import random
import threading

import torch
import torch.nn.functional as F

from model import SessionRanker
from serve import Site


def pad(sessions, length=20):
    x = torch.zeros(len(sessions), length, dtype=torch.long)
    y = torch.zeros(len(sessions), dtype=torch.long)
    for i, s in enumerate(sessions):
        cut = random.randint(1, len(s) - 1)
        part = s[max(0, cut - length):cut]
        x[i, length - len(part):] = torch.tensor(part)
        y[i] = s[cut]
    return x, y


def train_step(ranker, opt, sessions, n_articles):
    x, y = pad(sessions)
    wrong = torch.randint(1, n_articles + 1, (len(sessions), 50))
    scores = ranker(x, torch.cat([y[:, None], wrong], dim=1))
    loss = F.cross_entropy(scores, torch.zeros(len(sessions), dtype=torch.long))
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--sites", type=int, default=4)
    ap.add_argument("--articles", type=int, default=500)
    ap.add_argument("--steps", type=int, default=20000)
    ap.add_argument("--batch", type=int, default=64)
    args = ap.parse_args()

    logbook, stop = queue.Queue(maxsize=5000), threading.Event()
    sites = [Site(i, args.articles, logbook, stop) for i in range(args.sites)]
    for s in sites:
        s.start()
    ranker = SessionRanker(args.articles)
    opt = torch.optim.Adam(ranker.parameters(), lr=1e-3)
    memory = []
    for step in range(args.steps):
        while len(memory) < args.batch or not logbook.empty():
            memory.append(logbook.get())
        memory = memory[-20000:]
        loss = train_step(ranker, opt, random.sample(memory, args.batch), args.articles)
        if step % 20 == 0:
            for s in sites:
                if s.mailbox.empty():
                    s.mailbox.put({k: v.detach().clone() for k, v in ranker.state_dict().items()})
        if step % 1000 == 0:
            shown = sum(s.impressions for s in sites)
            print(f"step {step} loss {loss:.3f} ctr {sum(s.clicked for s in sites) / max(shown, 1):.3f}")
    stop.set()
    torch.save(ranker.state_dict(), "ranker.pt")


if __name__ == "__main__":
    main()
