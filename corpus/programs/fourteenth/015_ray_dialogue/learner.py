import argparse

import ray
import torch

from dialogue import RestaurantUser
from nets import DialoguePolicy
from worker import SimWorker


def vtrace_loss(net, batch, gamma=0.99, ent_coef=0.01):
    state = tuple(torch.cat([b["start"][i] for b in batch]) for i in range(2))
    obs, acts, mu, rew, done = (torch.cat([b[k] for b in batch], 1) for k in ("obs", "acts", "logps", "rews", "dones"))
    logps, vals, ents = [], [], []
    for t in range(len(obs)):
        logits, v, state = net(obs[t], state)
        d = torch.distributions.Categorical(logits=logits)
        logps.append(d.log_prob(acts[t])), vals.append(v), ents.append(d.entropy())
        keep = (1 - done[t]).unsqueeze(1)
        state = tuple(s * keep for s in state)
    logp, val = torch.stack(logps), torch.stack(vals)
    with torch.no_grad():
        boot = net(torch.cat([b["last"] for b in batch]), state)[1]
        rho = (logp - mu).exp().clamp(max=1.0)
        nxt = torch.cat([val[1:], boot[None]])
        delta = rho * (rew + gamma * (1 - done) * nxt - val)
        acc, vs = torch.zeros_like(boot), torch.zeros_like(val)
        for t in reversed(range(len(val))):
            acc = delta[t] + gamma * (1 - done[t]) * rho[t] * acc
            vs[t] = val[t] + acc
        adv = rho * (rew + gamma * (1 - done) * torch.cat([vs[1:], boot[None]]) - val)
    return -(logp * adv).mean() + 0.5 * (vs - val).pow(2).mean() - ent_coef * torch.stack(ents).mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=8)
    ap.add_argument("--turns", type=int, default=32)
    ap.add_argument("--updates", type=int, default=20_000)
    args = ap.parse_args()

    ray.init()
    probe = RestaurantUser(0)
    net = DialoguePolicy(probe.obs_dim, probe.n_acts)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=1e-3)
    workers = [SimWorker.remote(i) for i in range(args.workers)]
    for w in workers:
        w.set_weights.remote(net.state_dict(), 0)
    pending = {w.sample.remote(args.turns): w for w in workers}

    for update in range(1, args.updates + 1):
        ready, _ = ray.wait(list(pending), num_returns=max(1, args.workers // 2))
        batch = ray.get(ready)
        loss = vtrace_loss(net, batch)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
        opt.step()
        ref = ray.put(net.state_dict())
        for r in ready:
            w = pending.pop(r)
            w.set_weights.remote(ref, update)
            pending[w.sample.remote(args.turns)] = w
        if update % 100 == 0:
            print(update, loss.item(), torch.cat([b["rews"] for b in batch]).mean().item())


if __name__ == "__main__":
    main()
