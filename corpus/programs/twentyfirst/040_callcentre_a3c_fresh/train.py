import argparse

import torch
import torch.multiprocessing as mp
from torch.distributions import Categorical

from hotline import Hotline
from model import RosterNet


def loss_of(segment, bootstrap, gamma):
    ret, loss = bootstrap, 0.0
    for logp, ent, value, reward in reversed(segment):
        ret = reward + gamma * ret
        adv = ret - value
        loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - 0.01 * ent
    return loss / len(segment)


def run_worker(wid, shared, updates, args):
    torch.set_num_threads(1)
    torch.manual_seed(1000 + wid)
    line = Hotline(wid)
    local = RosterNet(Hotline.SIZE, 8)
    optimizer = torch.optim.SGD(shared.parameters(), lr=args.lr)
    obs = torch.tensor([line.reset()])
    while updates.value < args.updates:
        local.load_state_dict(shared.state_dict())
        h = local.zero_state()
        segment, over = [], False
        while len(segment) < args.segment and not over:
            logits, value, h = local(obs, h)
            pi = Categorical(logits=logits)
            a = pi.sample()
            nxt, reward, over = line.step(a.item())
            segment.append((pi.log_prob(a), pi.entropy(), value.squeeze(1), reward))
            obs = torch.tensor([nxt])
        if over:
            tail = torch.zeros(1)
            obs = torch.tensor([line.reset()])
        else:
            with torch.no_grad():
                tail = local(obs, h)[1].squeeze(1)
        local.zero_grad()
        loss_of(segment, tail, args.gamma).backward()
        for mine, theirs in zip(local.parameters(), shared.parameters()):
            theirs.grad = mine.grad.clone()
        optimizer.step()
        with updates.get_lock():
            updates.value += 1
        if wid == 0 and updates.value % 200 < 4:
            print(updates.value, sum(s[3] for s in segment) / len(segment))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--updates", type=int, default=50_000)
    ap.add_argument("--segment", type=int, default=48)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()
    shared = RosterNet(Hotline.SIZE, 8).share_memory()
    updates = mp.Value("i", 0)
    procs = [mp.Process(target=run_worker, args=(w, shared, updates, args)) for w in range(args.workers)]
    [p.start() for p in procs]
    [p.join() for p in procs]
    torch.save(shared.state_dict(), "roster.pt")


if __name__ == "__main__":
    main()
