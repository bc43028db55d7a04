"""Population based training for the fan/heat controller of a tea withering trough.

Each worker process trains its own agent and drops checkpoints in a folder, workers look
at the folder of the others every now and then (no central process).

    python pbt.py --workers 4 --dir runs/tea
"""
import argparse
import json
import os
import random
import time

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

from trough import Trough

HID = 32


class WitherNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(Trough.obs_dim, HID)
        self.core = nn.LSTMCell(HID, HID)
        self.logits = nn.Linear(HID, Trough.n_actions)
        self.value = nn.Linear(HID, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.core(torch.tanh(self.fc(x)), (hx, cx))
        return self.logits(hx), self.value(hx), hx, cx


def write_member(folder, rank, net, score, hp):
    tmp = os.path.join(folder, f".m{rank}.tmp")
    torch.save(net.state_dict(), tmp)
    os.replace(tmp, os.path.join(folder, f"m{rank}.pt"))
    with open(os.path.join(folder, f"m{rank}.json"), "w") as f:
        json.dump({"score": score, "hp": hp, "time": time.time()}, f)


def read_board(folder):
    board = {}
    for name in os.listdir(folder):
        if name.endswith(".json"):
            try:
                with open(os.path.join(folder, name)) as f:
                    board[int(name[1:-5])] = json.load(f)
            except (ValueError, OSError):
                pass
    return board


def explore(hp):
    out = dict(hp)
    for key in ("lr", "ent"):
        out[key] = hp[key] * random.choice([0.8, 1.2])
    return out


def worker(rank, args):
    torch.manual_seed(100 + rank)
    random.seed(100 + rank)
    torch.set_num_threads(1)
    hp = {"lr": 10 ** random.uniform(-4, -2.5), "ent": 10 ** random.uniform(-3, -1)}
    net = WitherNet()
    opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
    env = Trough(seed=rank)
    x = env.reset()
    hx, cx = torch.zeros(1, HID), torch.zeros(1, HID)
    score, ret = None, 0.0

    for update in range(1, args.updates + 1):
        hx, cx = hx.detach(), cx.detach()
        logps, vals, rews, masks, ents = [], [], [], [], []
        for _ in range(args.nstep):
            logits, v, hx, cx = net(torch.as_tensor(x).unsqueeze(0), hx, cx)
            prob = F.softmax(logits, -1)
            logp = F.log_softmax(logits, -1)
            a = prob.multinomial(1)
            x, r, done = env.step(a.item())
            ret += r
            logps.append(logp.gather(1, a))
            vals.append(v)
            rews.append(r)
            masks.append(0.0 if done else 1.0)
            ents.append(-(prob * logp).sum())
            if done:
                score = ret if score is None else 0.9 * score + 0.1 * ret
                ret = 0.0
                x = env.reset()
                hx, cx = torch.zeros(1, HID), torch.zeros(1, HID)

        with torch.no_grad():
            R = net(torch.as_tensor(x).unsqueeze(0), hx, cx)[1]
        loss = 0
        for i in reversed(range(args.nstep)):
            R = rews[i] + 0.99 * masks[i] * R
            adv = R - vals[i]
            loss = loss + 0.5 * adv.pow(2) - logps[i] * adv.detach() - hp["ent"] * ents[i]
        opt.zero_grad()
        loss.mean().backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()

        if update % args.ready == 0 and score is not None:
            write_member(args.dir, rank, net, score, hp)
            board = read_board(args.dir)
            ranked = sorted(board, key=lambda m: board[m]["score"])
            if len(ranked) >= 3 and ranked.index(rank) == 0:
                best = ranked[-1]
                net.load_state_dict(torch.load(os.path.join(args.dir, f"m{best}.pt")))
                hp = explore(board[best]["hp"])
                opt = torch.optim.Adam(net.parameters(), lr=hp["lr"])
                score = board[best]["score"]
                print(f"[{rank}] update {update}: copied {best}, now {hp}", flush=True)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--nstep", type=int, default=20)
    ap.add_argument("--ready", type=int, default=250)
    ap.add_argument("--dir", default="runs/tea")
    args = ap.parse_args()
    os.makedirs(args.dir, exist_ok=True)
    mp.spawn(worker, args=(args,), nprocs=args.workers)


if __name__ == "__main__":
    main()
