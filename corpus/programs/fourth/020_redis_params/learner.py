import argparse

import numpy as np
import torch

from rollouts.bus import Bus
from rollouts.net import TankNet


def vtrace(logp, old, rew, live_next, values, boot, gamma=0.99):
    rho = (logp.detach() - old).exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], boot[None]])
    delta = rho * (rew + gamma * live_next * nxt - values)
    acc, out = torch.zeros_like(boot), []
    for t in reversed(range(len(rew))):
        acc = delta[t] + gamma * live_next[t] * rho[t] * acc
        out.insert(0, acc + values[t])
    vs = torch.stack(out)
    vs_next = torch.cat([vs[1:], boot[None]])
    return vs, rho * (rew + gamma * live_next * vs_next - values)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--redis", default="redis://localhost:6379/0")
    p.add_argument("--obs", type=int, default=46)
    p.add_argument("--actions", type=int, default=9)
    p.add_argument("--fragments", type=int, default=8)
    p.add_argument("--updates", type=int, default=100_000)
    args = p.parse_args()
    bus = Bus(args.redis)
    net = TankNet(args.obs, args.actions)
    opt = torch.optim.RMSprop(net.parameters(), lr=4e-4, eps=0.01)
    bus.publish(net.state_dict())
    for update in range(args.updates):
        frags = bus.pop(args.fragments)
        cat = lambda k: torch.as_tensor(np.concatenate([f[k] for f in frags], axis=1))  # noqa: E731
        h0, live = cat("h0"), cat("live")
        last = torch.as_tensor(np.concatenate([f["last"] for f in frags]))
        last_live = torch.as_tensor(np.concatenate([f["last_live"] for f in frags]))
        logits, values, h = net(cat("obs"), h0, live)
        with torch.no_grad():
            boot = net(last[None], h, last_live[None])[1][0]
        dist = torch.distributions.Categorical(logits=logits)
        logp = dist.log_prob(cat("act"))
        live_next = torch.cat([live[1:], last_live[None]])
        vs, adv = vtrace(logp, cat("logp"), cat("rew"), live_next, values.detach(), boot)
        loss = -(logp * adv).mean() + 0.5 * (vs - values).pow(2).mean() - 0.01 * dist.entropy().mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 40)
        opt.step()
        bus.publish(net.state_dict())
        if update % 100 == 0:
            print(update, float(loss), "fragment lag", update - min(f["version"] for f in frags))


if __name__ == "__main__":
    main()
