import argparse

import numpy as np
import torch
import torch.multiprocessing as mp

from actor import actor_loop
from model import DockNet


def vtrace(rho, rew, disc, values, boot):
    clipped = rho.clamp(max=1.0)
    nxt = torch.cat([values[1:], boot[None]])
    delta = clipped * (rew + disc * nxt - values)
    acc, vs = torch.zeros_like(boot), []
    for t in reversed(range(rew.shape[0])):
        acc = delta[t] + disc[t] * clipped[t] * acc
        vs.append(values[t] + acc)
    vs = torch.stack(vs[::-1])
    pg_adv = clipped * (rew + disc * torch.cat([vs[1:], boot[None]]) - values)
    return vs, pg_adv


def stack(trajs, key, dtype=torch.float32):
    return torch.as_tensor(np.stack([np.array(t[key]) for t in trajs], 1), dtype=dtype)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--actors", type=int, default=4)
    ap.add_argument("--unroll", type=int, default=32)
    ap.add_argument("--updates", type=int, default=20000)
    args = ap.parse_args()
    mp.set_start_method("spawn")
    net = DockNet(1, 3)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=0.01)
    traj_q = mp.Queue(maxsize=16)
    param_qs = [mp.Queue() for _ in range(args.actors)]

    def broadcast():
        blob = {k: v.detach().numpy().copy() for k, v in net.state_dict().items()}
        for q in param_qs:
            q.put(blob)

    broadcast()
    procs = [mp.Process(target=actor_loop, args=(i, q, traj_q, args.unroll), daemon=True) for i, q in enumerate(param_qs)]
    for p in procs:
        p.start()
    for u in range(args.updates):
        trajs = [traj_q.get() for _ in range(8)]
        core = tuple(torch.from_numpy(np.concatenate([t["core"][k] for t in trajs])) for k in range(2))
        logits, base, _ = net(stack(trajs, "obs"), stack(trajs, "keep"), core)
        logp_all = logits[:-1].log_softmax(-1)
        logp = logp_all.gather(-1, stack(trajs, "act", torch.long).unsqueeze(-1)).squeeze(-1)
        disc = 0.99 * (1.0 - stack(trajs, "done"))
        with torch.no_grad():
            rho = (logp - stack(trajs, "mu")).exp()
            vs, adv = vtrace(rho, stack(trajs, "rew"), disc, base[:-1], base[-1])
        entropy = -(logp_all.exp() * logp_all).sum(-1).mean()
        loss = -(adv * logp).mean() + 0.5 * (vs - base[:-1]).pow(2).mean() - 0.01 * entropy
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        broadcast()
        if u % 200 == 0:
            print(u, loss.item(), stack(trajs, "rew").mean().item())
    torch.save(net.state_dict(), "dock_impala.pt")
    for p in procs:
        p.terminate()


if __name__ == "__main__":
    main()
