import argparse

import numpy as np
import ray
import torch
from torch.distributions import Categorical

from actors import Sampler
from model import JunctionNet


def loss_of(net, b, gamma=0.98, clip=0.2):
    obs, act = torch.from_numpy(b["obs"]), torch.from_numpy(b["act"])
    done, rew = torch.from_numpy(b["done"]), torch.from_numpy(b["rew"])
    logits, values, h = net.unroll(obs, done, torch.from_numpy(b["h0"]))
    with torch.no_grad():
        ret = net(torch.from_numpy(b["last_obs"]), h)[1]
        rets = torch.zeros_like(values)
        for t in reversed(range(len(rew))):
            ret = rew[t] + gamma * (1 - done[t]) * ret
            rets[t] = ret
        adv = rets - values
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    dist = Categorical(logits=logits)
    ratio = (dist.log_prob(act) - torch.from_numpy(b["logp"])).exp()
    pg = -torch.min(ratio * adv, ratio.clamp(1 - clip, 1 + clip) * adv).mean()
    return pg + 0.5 * (rets - values).pow(2).mean() - 0.01 * dist.entropy().mean()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--samplers", type=int, default=8)
    ap.add_argument("--steps", type=int, default=60)
    ap.add_argument("--updates", type=int, default=5000)
    args = ap.parse_args()
    ray.init()
    net = JunctionNet()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    samplers = [Sampler.remote(i) for i in range(args.samplers)]
    ref = ray.put(net.state_dict())
    running = {s.sample.remote(ref, args.steps): s for s in samplers}
    delays = []
    for u in range(args.updates):
        (ready,), _ = ray.wait(list(running), num_returns=1)
        sampler = running.pop(ready)
        batch, finished = ray.get(ready)
        loss = loss_of(net, batch)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        running[sampler.sample.remote(ray.put(net.state_dict()), args.steps)] = sampler
        delays = (delays + finished)[-50:]
        if u % 100 == 0 and delays:
            print(f"{u:5d} loss {loss.item():.3f} delay {np.mean(delays):.1f}")
    torch.save(net.state_dict(), "junctions.pt")


if __name__ == "__main__":
    main()
