import numpy as np
import ray
import torch
import torch.nn.functional as F
from torch.distributions import Categorical

from freight import FreightLine
from model import DispatchNet

STEPS = 32
WORKERS = 6
GAMMA = 0.99


@ray.remote
class LineWorker:
    def __init__(self, seed):
        torch.set_num_threads(1)
        self.env = FreightLine(seed)
        self.net = DispatchNet()
        self.obs = self.env.reset()
        self.hx = self.net.initial(1)
        self.score, self.finished = 0.0, []

    def collect(self, weights):
        self.net.load_state_dict(weights)
        batch = {"h0": self.hx.numpy(), "obs": [], "act": [], "rew": [], "done": []}
        for _ in range(STEPS):
            with torch.no_grad():
                logits, _, self.hx = self.net.step(torch.from_numpy(self.obs)[None], self.hx)
            a = Categorical(logits=logits).sample().item()
            nxt, r, done = self.env.step(a)
            batch["obs"].append(self.obs)
            batch["act"].append(a)
            batch["rew"].append(r)
            batch["done"].append(float(done))
            self.score += r
            self.obs = nxt
            if done:
                self.finished.append(self.score)
                self.score = 0.0
                self.obs = self.env.reset()
                self.hx = self.net.initial(1)
        batch["last"] = self.obs
        batch["finished"], self.finished = self.finished, []
        return batch


class Learner:
    def __init__(self):
        self.net = DispatchNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=5e-4)

    def weights(self):
        return ray.put({k: v.cpu() for k, v in self.net.state_dict().items()})

    def learn(self, batches):
        def stack(key, dtype=torch.float32):
            return torch.as_tensor(np.array([b[key] for b in batches]), dtype=dtype)

        obs, act = stack("obs"), stack("act", torch.long)
        rew, done = stack("rew"), stack("done")
        h = stack("h0").squeeze(1)
        logps, vals, ents = [], [], []
        for t in range(STEPS):
            logits, v, h = self.net.step(obs[:, t], h)
            d = Categorical(logits=logits)
            logps.append(d.log_prob(act[:, t]))
            ents.append(d.entropy())
            vals.append(v)
            h = h * (1 - done[:, t, None])
        with torch.no_grad():
            _, g, _ = self.net.step(stack("last"), h)
        rets = []
        for t in reversed(range(STEPS)):
            g = rew[:, t] + GAMMA * (1 - done[:, t]) * g
            rets.insert(0, g)
        rets, vals = torch.stack(rets), torch.stack(vals)
        adv = (rets - vals).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(vals, rets) - 0.01 * torch.stack(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()


def main():
    ray.init()
    learner = Learner()
    workers = [LineWorker.remote(100 + i) for i in range(WORKERS)]
    for it in range(5000):
        ref = learner.weights()
        batches = ray.get([w.collect.remote(ref) for w in workers])
        learner.learn(batches)
        scores = [s for b in batches for s in b["finished"]]
        if scores:
            print(f"{it:5d} return {np.mean(scores):8.2f}")
    torch.save(learner.net.state_dict(), "dispatch.pt")


if __name__ == "__main__":
    main()
