import argparse

import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch.distributions import Categorical

from recnet import SessionNet
from users import SimUser


def actor(rank, shared, queue, args):
    torch.set_num_threads(1)
    torch.manual_seed(rank)
    user = SimUser(args.items, seed=rank)
    local = SessionNet(args.items)
    local.load_state_dict(shared.state_dict())

    user.arrive()
    item, fb, h = torch.tensor([args.items]), torch.zeros(1), local.zero()
    step = 0
    while True:
        h0, items, fbs, acts, rews, dones = h, [], [], [], [], []
        for _ in range(args.unroll):
            with torch.no_grad():
                logits, _, h = local(item, fb, h)
            a = Categorical(logits=logits).sample()
            click, bored = user.show(int(a))
            items.append(item)
            fbs.append(fb)
            acts.append(a)
            rews.append(click)
            dones.append(float(bored))
            item, fb = a, torch.tensor([click])
            if bored:
                user.arrive()
                item, fb, h = torch.tensor([args.items]), torch.zeros(1), local.zero()
            step += 1
            if step % args.pull_every == 0:
                local.load_state_dict(shared.state_dict())
        queue.put((h0, torch.stack(items), torch.stack(fbs), torch.stack(acts),
                   torch.tensor(rews), torch.tensor(dones)))


def learn(shared, queue, args):
    opt = torch.optim.Adam(shared.parameters(), lr=args.lr)
    ctr = 0.0
    for update in range(args.updates):
        chunks = [queue.get() for _ in range(args.batch)]
        h = torch.cat([c[0] for c in chunks])
        items, fbs, acts = (torch.stack([c[i] for c in chunks]).squeeze(-1) for i in (1, 2, 3))
        rews, dones = torch.stack([c[4] for c in chunks]), torch.stack([c[5] for c in chunks])
        logps, vals, ents = [], [], []
        for t in range(args.unroll):
            logits, v, h = shared(items[:, t], fbs[:, t], h)
            d = Categorical(logits=logits)
            logps.append(d.log_prob(acts[:, t]))
            vals.append(v)
            ents.append(d.entropy())
            h = h * (1 - dones[:, t])[:, None]
        ret, loss = vals[-1].detach(), 0.0
        for t in reversed(range(args.unroll)):
            ret = rews[:, t] + args.gamma * ret * (1 - dones[:, t])
            adv = ret - vals[t]
            loss = loss - (logps[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.005 * ents[t].mean()
        opt.zero_grad()
        (loss / args.unroll).backward()
        torch.nn.utils.clip_grad_norm_(shared.parameters(), 1.0)
        opt.step()
        ctr = 0.98 * ctr + 0.02 * rews.mean().item()
        if update % 50 == 0:
            print(f"update {update} click rate {ctr:.3f} waiting {queue.qsize()}")
        if update % 1000 == 0:
            torch.save(shared.state_dict(), "feed.pt")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--items", type=int, default=500)
    ap.add_argument("--actors", type=int, default=6)
    ap.add_argument("--unroll", type=int, default=16)
    ap.add_argument("--pull-every", type=int, default=40)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--gamma", type=float, default=0.9)
    args = ap.parse_args()

    mp.set_start_method("spawn")
    shared = SessionNet(args.items)
    shared.share_memory()
    queue = mp.Queue(maxsize=4 * args.batch)
    procs = [mp.Process(target=actor, args=(i, shared, queue, args), daemon=True) for i in range(args.actors)]
    for p in procs:
        p.start()
    learn(shared, queue, args)
