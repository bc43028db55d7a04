import argparse
import copy
import random
from collections import deque

import numpy as np
import torch
from torch.nn.functional import smooth_l1_loss

from greenhouse import Greenhouse, WindowQ


class Replay:
    def __init__(self, cap):
        self.items = deque(maxlen=cap)

    def push(self, *item):
        self.items.append(item)

    def sample(self, n):
        cols = zip(*random.sample(self.items, n))
        w, a, r, w2, d = (np.stack(c) for c in cols)
        return (torch.from_numpy(w), torch.from_numpy(a), torch.from_numpy(r).float(),
                torch.from_numpy(w2), torch.from_numpy(d).float())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=400000)
    ap.add_argument("--warmup", type=int, default=5000)
    ap.add_argument("--target-every", type=int, default=1000)
    ap.add_argument("--save-every", type=int, default=10000)
    ap.add_argument("--out", default="greenhouse.pt")
    args = ap.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    env = Greenhouse()
    q = WindowQ(env.n_obs, env.n_act)
    target = copy.deepcopy(q)
    opt = torch.optim.Adam(q.parameters(), lr=3e-4)
    replay = Replay(100000)
    win = deque([env.reset()] * q.window, maxlen=q.window)
    for step in range(1, args.steps + 1):
        eps = max(0.05, 1 - step / 80000)
        now = np.stack(win)
        if random.random() < eps:
            a = random.randrange(env.n_act)
        else:
            with torch.no_grad():
                a = int(q(torch.from_numpy(now).unsqueeze(0)).argmax())
        obs, r, over = env.step(a)
        win.append(obs)
        replay.push(now, a, r, np.stack(win), over)
        if over:
            win = deque([env.reset()] * q.window, maxlen=q.window)
        if step < args.warmup or step % 4:
            continue
        w, act, rew, w2, d = replay.sample(64)
        with torch.no_grad():
            best = q(w2).argmax(1, keepdim=True)
            goal = rew + 0.98 * (1 - d) * target(w2).gather(1, best).squeeze(1)
        loss = smooth_l1_loss(q(w).gather(1, act.unsqueeze(1)).squeeze(1), goal)
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % args.target_every == 0:
            target.load_state_dict(q.state_dict())
        if step % args.save_every == 0:
            torch.save({"q": q.state_dict(), "window": q.window, "step": step}, args.out)
            print(step, loss.item())


if __name__ == "__main__":
    main()
