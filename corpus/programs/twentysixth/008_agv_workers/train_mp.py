import argparse

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn.functional as F
from torch.distributions import Categorical

from aisles import Aisles
from net import AgvNet


class Worker(mp.Process):
    def __init__(self, rank, shared, out):
        super().__init__(daemon=True)
        self.rank = rank
        self.shared = shared
        self.out = out

    def run(self):
        torch.manual_seed(self.rank)
        torch.set_num_threads(1)
        self.local = AgvNet()
        env = Aisles(self.rank)
        while True:
            self.local.load_state_dict(self.shared.state_dict())
            self.out.put(self.episode(env))

    @torch.no_grad()
    def episode(self, env):
        hc = self.local.initial()
        obs, done = env.reset(), False
        rows = []
        while not done:
            logits, _, hc = self.local(torch.tensor(obs)[None, None], hc)
            act = Categorical(logits=logits[0, 0]).sample().item()
            nxt, reward, done = env.step(act)
            rows.append((obs, act, reward))
            obs = nxt
        o, a, r = zip(*rows)
        return np.float32(o), np.int64(a), np.float32(r)


class Learner:
    def __init__(self, args):
        self.args = args
        self.net = AgvNet()
        self.net.share_memory()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=args.lr)
        self.queue = mp.Queue(maxsize=64)
        self.workers = [Worker(i, self.net, self.queue) for i in range(args.workers)]

    def learn_from(self, episodes):
        total = 0.0
        for obs, act, rew in episodes:
            logits, value, _ = self.net(torch.from_numpy(obs)[None])
            ret, acc = np.zeros_like(rew), 0.0
            for t in range(len(rew) - 1, -1, -1):
                acc = rew[t] + 0.98 * acc
                ret[t] = acc
            ret = torch.from_numpy(ret)
            dist = Categorical(logits=logits[0])
            adv = ret - value[0].detach()
            total = total - (dist.log_prob(torch.from_numpy(act)) * adv).mean()
            total = total + 0.5 * F.mse_loss(value[0], ret) - 0.01 * dist.entropy().mean()
        self.opt.zero_grad()
        (total / len(episodes)).backward()
        self.opt.step()

    def run(self):
        for w in self.workers:
            w.start()
        for it in range(self.args.iterations):
            episodes = [self.queue.get() for _ in range(self.args.batch)]
            self.learn_from(episodes)
            if it % 50 == 0:
                print(it, np.mean([e[2].sum() for e in episodes]))
        for w in self.workers:
            w.terminate()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    ap = argparse.ArgumentParser()
    ap.add_argument("--workers", type=int, default=4)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--iterations", type=int, default=5000)
    ap.add_argument("--lr", type=float, default=1e-3)
    Learner(ap.parse_args()).run()
