import argparse

import ray
import torch
import torch.nn.functional as F

from net import FieldNet
from worker import KeepAway, RolloutWorker


def vtrace(rhos, rew, done, values, boot, gamma=0.99):
    nxt = torch.cat([values[1:], boot[None]])
    clipped = rhos.clamp(max=1.0)
    delta = clipped * (rew + gamma * (1 - done) * nxt - values)
    acc, vs_minus = torch.zeros_like(boot), torch.zeros_like(values)
    for t in reversed(range(len(rew))):
        acc = delta[t] + gamma * (1 - done[t]) * clipped[t] * acc
        vs_minus[t] = acc
    vs = values + vs_minus
    adv = clipped * (rew + gamma * (1 - done) * torch.cat([vs[1:], boot[None]]) - values)
    return vs, adv


def learn(net, opt, batch):
    b = {k: torch.stack([x[k] for x in batch], dim=1) for k in ("obs", "act", "logp", "rew", "done")}
    carry = (torch.stack([x["h0"] for x in batch]),)
    logps, values, ents = [], [], []
    for t in range(len(b["obs"])):
        dist, v, carry = net(b["obs"][t], carry)
        logps.append(dist.log_prob(b["act"][t]))
        ents.append(dist.entropy())
        values.append(v)
        carry = (carry[0] * (1 - b["done"][t]).unsqueeze(-1),)
    boot = net(torch.stack([x["last_obs"] for x in batch]), carry)[1].detach()
    logps, values = torch.stack(logps), torch.stack(values)
    rhos = (logps.detach() - b["logp"]).exp()
    vs, adv = vtrace(rhos, b["rew"], b["done"], values.detach(), boot)
    loss = -(logps * adv).mean() + 0.5 * F.mse_loss(values, vs) - 0.01 * torch.stack(ents).mean()
    opt.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=10)
    ap.add_argument("--fragment", type=int, default=40)
    ap.add_argument("--batch", type=int, default=8)
    ap.add_argument("--updates", type=int, default=50_000)
    args = ap.parse_args()

    ray.init()
    net = FieldNet(KeepAway.obs_size, KeepAway.n_actions)
    opt = torch.optim.RMSprop(net.parameters(), lr=5e-4, eps=0.01)
    workers = [RolloutWorker.remote(i, args.fragment) for i in range(args.workers)]
    pending = {w.rollout.remote(): w for w in workers}
    for u in range(args.updates):
        ready, _ = ray.wait(list(pending), num_returns=args.batch)
        loss = learn(net, opt, ray.get(ready))
        weights = ray.put(net.state_dict())
        for ref in ready:
            w = pending.pop(ref)
            w.set_weights.remote(weights)
            pending[w.rollout.remote()] = w
        if u % 200 == 0:
            rets = sum(ray.get([w.pop_returns.remote() for w in workers]), [])
            print(u, f"loss {loss:.3f}", f"return {sum(rets) / max(1, len(rets)):.3f}")
            torch.save(net.state_dict(), "keepaway.pt")


if __name__ == "__main__":
    main()
