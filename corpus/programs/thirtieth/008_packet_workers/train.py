import argparse
import itertools

import numpy as np
import ray
import torch
import torch.nn.functional as F

from router import Fabric, RouteNet


@ray.remote
class Sender(object):
    def __init__(self, ports):
        torch.set_num_threads(1)
        self.fabric = Fabric(ports)
        self.net = RouteNet(ports)
        self.note = None

    def set_weights(self, vec):
        self.net.set_flat(vec)

    def choose(self, obs):
        with torch.no_grad():
            logits, _, self.note = self.net(torch.from_numpy(obs).view(1, 1, -1), self.note)
        return torch.distributions.Categorical(logits=logits[0, 0]).sample().item()

    def play(self, seed):
        obs = self.fabric.reset(seed)
        self.note = None
        xs, acts, rews, over = [], [], [], False
        while not over:
            a = self.choose(obs)
            xs.append(obs)
            acts.append(a)
            obs, r, over = self.fabric.step(a)
            rews.append(r)
        return np.stack(xs), np.array(acts), np.array(rews, np.float32)


def discounted(rews, gamma):
    out = np.zeros_like(rews)
    acc = 0.0
    for t in range(len(rews) - 1, -1, -1):
        acc = rews[t] + gamma * acc
        out[t] = acc
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('--senders', type=int, default=12)
    ap.add_argument('--ports', type=int, default=6)
    ap.add_argument('--gamma', type=float, default=0.95)
    ap.add_argument('--updates', type=int, default=3000)
    ap.add_argument('--init', help='flat .npy to begin from')
    opt = ap.parse_args()

    ray.init(ignore_reinit_error=True)
    net = RouteNet(opt.ports)
    if opt.init:
        net.set_flat(np.load(opt.init))
    adam = torch.optim.Adam(net.parameters(), lr=3e-4)
    senders = [Sender.remote(opt.ports) for _ in range(opt.senders)]
    seeds = itertools.count(1)

    for u in range(opt.updates):
        vec = ray.put(net.get_flat())
        for s in senders:
            s.set_weights.remote(vec)
        games = ray.get([s.play.remote(next(seeds)) for s in senders])
        x = torch.from_numpy(np.stack([g[0] for g in games]))
        a = torch.from_numpy(np.stack([g[1] for g in games]))
        ret = torch.from_numpy(np.stack([discounted(g[2], opt.gamma) for g in games]))
        logits, v, _ = net(x)
        logp = -F.cross_entropy(logits.transpose(1, 2), a, reduction='none')
        adv = (ret - v).detach()
        adv = (adv - adv.mean()) / (adv.std() + 1e-6)
        loss = -(logp * adv).mean() + 0.5 * F.mse_loss(v, ret)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        if u % 25 == 0:
            print('update %d  mean return %.3f' % (u, np.mean([g[2].sum() for g in games])))
            np.save('route.npy', net.get_flat())


if __name__ == '__main__':
    main()
