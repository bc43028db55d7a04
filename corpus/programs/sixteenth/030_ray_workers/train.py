import numpy as np
import ray
import torch

from corridor import make_corridor
from model import GruActorCritic
from worker import RolloutWorker

CFG = dict(obs=6, act=3, hidden=64, workers=8, frag=64, gamma=0.99, lam=0.95, lr=3e-4)


def gae(b):
    adv, last = np.zeros(len(b["rew"]), np.float32), 0.0
    nxt = b["last_val"]
    for t in reversed(range(len(adv))):
        m = 1.0 - b["done"][t]
        delta = b["rew"][t] + CFG["gamma"] * nxt * m - b["val"][t]
        last = delta + CFG["gamma"] * CFG["lam"] * m * last
        adv[t] = last
        nxt = b["val"][t]
    return adv


def to_numpy(net):
    return {k: v.detach().cpu().numpy().copy() for k, v in net.state_dict().items()}


def main(iters=2000):
    ray.init()
    net = GruActorCritic(CFG["obs"], CFG["act"], CFG["hidden"])
    opt = torch.optim.Adam(net.parameters(), lr=CFG["lr"])
    workers = [RolloutWorker.remote(i, make_corridor, CFG) for i in range(CFG["workers"])]
    for it in range(iters):
        ref = ray.put(to_numpy(net))
        ray.get([w.set_weights.remote(ref) for w in workers])
        batches = ray.get([w.sample.remote(CFG["frag"]) for w in workers])
        stack = lambda k: torch.as_tensor(np.stack([b[k] for b in batches], 1))
        obs, act, done = stack("obs").float(), stack("act"), stack("done").float()
        old = stack("logp").float()
        adv = torch.as_tensor(np.stack([gae(b) for b in batches], 1))
        ret = adv + stack("val").float()
        adv = (adv - adv.mean()) / (adv.std() + 1e-8)
        h0 = torch.as_tensor(np.stack([b["h0"] for b in batches]))
        for _ in range(4):
            logits, values = net.unroll(obs, done, h0)
            d = torch.distributions.Categorical(logits=logits)
            ratio = (d.log_prob(act) - old).exp()
            pg = -torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
            loss = pg + 0.5 * (values - ret).pow(2).mean() - 0.01 * d.entropy().mean()
            opt.zero_grad()
            loss.backward()
            opt.step()
        if it % 20 == 0:
            rets = sum(ray.get([w.stats.remote() for w in workers]), [])
            print(it, np.mean(rets) if rets else "-")


if __name__ == "__main__":
    main()
