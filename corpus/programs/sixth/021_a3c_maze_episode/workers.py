import time
from collections import deque

import numpy as np
import torch
import torch.nn.functional as F

from maze import TMaze
from net import MazeNet


def begin(local, shared):
    """New episode: newest weights, empty memory."""
    local.load_state_dict(shared.state_dict())
    return torch.zeros(1, local.n_h), torch.zeros(1, local.n_h)


def give(local, shared, opt, tape, boot, gamma=0.98, beta=0.02):
    R, loss = boot, 0
    for lp, v, ent, r in reversed(tape):
        R = r + gamma * R
        adv = R - v
        loss = loss - lp * adv.detach() + 0.5 * adv.pow(2) - beta * ent
    opt.zero_grad()
    local.zero_grad()
    loss.sum().backward()
    torch.nn.utils.clip_grad_norm_(local.parameters(), 20)
    for g, l in zip(shared.parameters(), local.parameters()):
        g._grad = l.grad
    opt.step()


def train(rank, shared, opt, counter, stop, n_step=12):
    torch.manual_seed(100 + rank)
    env, local = TMaze(100 + rank), MazeNet()
    while not stop.is_set():
        hx, cx = begin(local, shared)
        o, done = env.reset(), False
        while not done:
            tape = []
            hx, cx = hx.detach(), cx.detach()
            for _ in range(n_step):
                logit, v, hx, cx = local(torch.from_numpy(o).unsqueeze(0), hx, cx)
                lp = F.log_softmax(logit, -1)
                a = lp.exp().multinomial(1)
                o, r, done = env.step(a.item())
                tape.append((lp.gather(1, a), v, -(lp.exp() * lp).sum(1, keepdim=True), r))
                if done:
                    break
            boot = torch.zeros(1, 1)
            if not done:
                with torch.no_grad():
                    boot = local(torch.from_numpy(o).unsqueeze(0), hx, cx)[1]
            give(local, shared, opt, tape, boot)
        with counter.get_lock():
            counter.value += 1


def test(shared, counter, stop, episodes):
    env, local = TMaze(9), MazeNet()
    last = deque(maxlen=200)
    t0 = time.time()
    while counter.value < episodes:
        local.load_state_dict(shared.state_dict())
        for _ in range(20):
            hx = cx = torch.zeros(1, local.n_h)
            o, done, tot = env.reset(), False, 0.0
            while not done:
                with torch.no_grad():
                    logit, _, hx, cx = local(torch.from_numpy(o).unsqueeze(0), hx, cx)
                o, r, done = env.step(int(logit.argmax()))
                tot += r
            last.append(tot)
        print("%6.0fs %8d episodes  %.2f" % (time.time() - t0, counter.value, np.mean(last)), flush=True)
        time.sleep(5)
    stop.set()
    torch.save(shared.state_dict(), "maze.pt")
