import argparse

import torch
import torch.multiprocessing as mp
from torch.nn import functional as F

from warehouse.actor import act
from warehouse.env import Aisles
from warehouse.net import AtariLikeNet


def make_buffers(n, T):
    specs = dict(
        frame=((T + 1, *Aisles.shape), torch.uint8),
        reward=((T + 1,), torch.float32),
        done=((T + 1,), torch.bool),
        last_action=((T + 1,), torch.int64),
        logits=((T + 1, Aisles.n_actions), torch.float32),
        baseline=((T + 1,), torch.float32),
        action=((T + 1,), torch.int64),
    )
    return {k: [torch.empty(s, dtype=d).share_memory_() for _ in range(n)] for k, (s, d) in specs.items()}


def vtrace(logits_b, logits_t, actions, discounts, rewards, values, bootstrap):
    lp = lambda lg: F.log_softmax(lg, -1).gather(-1, actions.unsqueeze(-1)).squeeze(-1)
    rhos = (lp(logits_t) - lp(logits_b)).exp().clamp(max=1.0)
    nextv = torch.cat([values[1:], bootstrap.unsqueeze(0)])
    deltas = rhos * (rewards + discounts * nextv - values)
    acc, out = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(rewards))):
        acc = deltas[t] + discounts[t] * rhos[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + values
    adv = rhos * (rewards + discounts * torch.cat([vs[1:], bootstrap.unsqueeze(0)]) - values)
    return vs, adv


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=8)
    ap.add_argument("--unroll", type=int, default=40)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--updates", type=int, default=50_000)
    flags = ap.parse_args()

    ctx = mp.get_context("spawn")
    shared = AtariLikeNet(Aisles.shape, Aisles.n_actions).share_memory()
    learner = AtariLikeNet(Aisles.shape, Aisles.n_actions)
    learner.load_state_dict(shared.state_dict())
    opt = torch.optim.RMSprop(learner.parameters(), lr=4e-4, eps=0.01, alpha=0.99)

    n = 4 * flags.batch
    buffers = make_buffers(n, flags.unroll)
    states = [tuple(s.share_memory_() for s in shared.initial_state()) for _ in range(n)]
    free, full = ctx.SimpleQueue(), ctx.SimpleQueue()
    procs = [
        ctx.Process(target=act, args=(i, free, full, shared, buffers, states, flags.unroll), daemon=True)
        for i in range(flags.actors)
    ]
    for p in procs:
        p.start()
    for i in range(n):
        free.put(i)

    for update in range(flags.updates):
        idx = [full.get() for _ in range(flags.batch)]
        batch = {k: torch.stack([v[i] for i in idx], dim=1) for k, v in buffers.items()}
        state = tuple(torch.cat(ts, dim=1) for ts in zip(*(states[i] for i in idx)))
        for i in idx:
            free.put(i)
        out, _ = learner(batch, state)
        discounts = (~batch["done"][1:]).float() * 0.99
        with torch.no_grad():
            vs, adv = vtrace(batch["logits"][1:], out["logits"][:-1], batch["action"][1:], discounts,
                             batch["reward"][1:].clamp(-1, 1), out["baseline"][:-1], out["baseline"][-1])
        logp = F.log_softmax(out["logits"][:-1], -1)
        chosen = logp.gather(-1, batch["action"][1:].unsqueeze(-1)).squeeze(-1)
        loss = -(chosen * adv).sum() + 0.5 * (vs - out["baseline"][:-1]).pow(2).sum()
        loss = loss + 0.01 * (logp.exp() * logp).sum()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learner.parameters(), 40.0)
        opt.step()
        shared.load_state_dict(learner.state_dict())
        if update % 100 == 0:
            print(update, float(loss))
    for _ in procs:
        free.put(None)


if __name__ == "__main__":
    main()
