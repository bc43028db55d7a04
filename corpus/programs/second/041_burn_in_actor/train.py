import argparse
import copy
import pickle
import time
from pathlib import Path

import numpy as np
import torch

from burnin.net import RQ
from burnin.replay import SequenceReplay


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--folder", type=Path, default=Path("shared"))
    ap.add_argument("--seq", type=int, default=20)
    ap.add_argument("--gamma", type=float, default=0.99)
    args = ap.parse_args()
    net = RQ(2, 2)
    target = copy.deepcopy(net)
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    replay = SequenceReplay(20_000, args.seq)
    update = 0
    while True:
        for path in sorted((args.folder / "sequences").glob("*.pkl")):
            for rows in pickle.loads(path.read_bytes()):
                if len(rows) == args.seq:
                    replay.add(rows)
            path.unlink()
        if len(replay) < 200:
            time.sleep(1.0)
            continue
        idx, seqs, w = replay.sample(32)
        obs = torch.as_tensor(np.stack([[r[0] for r in s] for s in seqs]))
        act, rew, done = (torch.as_tensor([[r[k] for r in s] for s in seqs]) for k in (1, 2, 3))
        q, _ = net(obs, net.begin(len(seqs)))
        with torch.no_grad():
            tq, _ = target(obs, target.begin(len(seqs)))
            y = rew[:, :-1].float() + args.gamma * (1 - done[:, :-1].float()) * tq[:, 1:].max(-1).values
        td = y - q.gather(-1, act.unsqueeze(-1)).squeeze(-1)[:, :-1]
        opt.zero_grad()
        (torch.as_tensor(w).float().unsqueeze(1) * td.pow(2)).mean().backward()
        opt.step()
        replay.update(idx, td.detach().abs().max(1).values.tolist())
        update += 1
        if update % 200 == 0:
            target.load_state_dict(net.state_dict())
        if update % 50 == 0:
            tmp = args.folder / "weights.tmp"
            torch.save({"net": net.state_dict(), "update": update}, tmp)
            tmp.replace(args.folder / "weights.pt")


if __name__ == "__main__":
    main()
