# IMPALA style training of a hotel dumbwaiter with ray
from dataclasses import dataclass

import numpy as np
import ray
import torch
from torch import nn


@dataclass
class Args:
    n_actors: int = 4
    horizon: int = 64
    batch: int = 4
    iterations: int = 3000
    lr: float = 5e-4
    gamma: float = 0.98
    rho_bar: float = 1.0
    hidden: int = 48


class Dumbwaiter:
    FLOORS = 6

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.reset()

    def reset(self):
        self.floor, self.t = 0, 0
        self.load = None
        self.orders = np.zeros(self.FLOORS, dtype=bool)
        return self.obs()

    def obs(self):
        v = np.zeros(self.FLOORS + 3, dtype=np.float32)
        v[self.floor] = 1
        v[-3] = self.bell
        v[-2] = self.load is not None
        v[-1] = self.t / 200
        return v

    bell = 0.0

    def step(self, a):  # 0 down, 1 up, 2 open the hatch
        r = -0.01
        self.bell = 0.0
        if self.rng.random() < 0.1:
            f = self.rng.integers(1, self.FLOORS)
            self.orders[f] = True
            self.bell = f / self.FLOORS  # the bell rings once
        if a < 2:
            self.floor = int(np.clip(self.floor + (1 if a else -1), 0, self.FLOORS - 1))
        elif self.floor == 0 and self.load is None:
            self.load = True
        elif self.load and self.orders[self.floor]:
            self.orders[self.floor] = False
            self.load = None
            r += 1.0
        self.t += 1
        done = self.t >= 200
        return (self.reset() if done else self.obs()), r, done


class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.GRUCell(Dumbwaiter.FLOORS + 3, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.v = nn.Linear(hidden, 1)

    def step(self, x, h):
        h = self.rnn(x, h)
        return self.pi(h), self.v(h)[:, 0], h

    def unroll(self, xs, dones):
        """xs (T+1, B, F); dones[t] tells that the episode ended after step t"""
        h = torch.zeros(xs.shape[1], self.hidden)
        logits, values = [], []
        for t, x in enumerate(xs):
            lg, v, h = self.step(x, h)
            logits.append(lg)
            values.append(v)
            if t < len(dones):
                h = h * (1 - dones[t]).unsqueeze(1)
        return torch.stack(logits), torch.stack(values)


@ray.remote
class Actor:
    def __init__(self, seed, args):
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        self.args = args
        self.env = Dumbwaiter(seed)
        self.net = Net(args.hidden)
        self.obs = self.env.reset()
        self.h = torch.zeros(1, args.hidden)
        self.total = 0.0

    @torch.no_grad()
    def sample(self, weights):
        self.net.load_state_dict({k: torch.from_numpy(w.copy()) for k, w in weights.items()})
        self.h = torch.zeros(1, self.args.hidden)
        traj = {"obs": [self.obs], "act": [], "rew": [], "done": [], "logp": []}
        returns = []
        for _ in range(self.args.horizon):
            logits, _, self.h = self.net.step(torch.from_numpy(self.obs)[None], self.h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.item())
            self.total += r
            if done:
                self.h = torch.zeros(1, self.args.hidden)
                returns.append(self.total)
                self.total = 0.0
            traj["obs"].append(self.obs)
            traj["act"].append(a.item())
            traj["rew"].append(r)
            traj["done"].append(float(done))
            traj["logp"].append(dist.log_prob(a).item())
        return {k: np.asarray(v) for k, v in traj.items()}, returns


def update(net, opt, trajs, args):
    t = {k: torch.as_tensor(np.stack([tr[k] for tr in trajs], 1)) for k in trajs[0]}
    rew, done, blogp = t["rew"].float(), t["done"].float(), t["logp"].float()
    logits, values = net.unroll(t["obs"], done)
    dist = torch.distributions.Categorical(logits=logits[:-1])
    logp = dist.log_prob(t["act"])
    with torch.no_grad():
        rho = (logp - blogp).exp().clamp(max=args.rho_bar)
        disc = args.gamma * (1 - done)
        delta = rho * (rew + disc * values[1:] - values[:-1])
        acc = torch.zeros(delta.shape[1])
        vs = torch.zeros_like(values)
        vs[-1] = values[-1]
        for i in range(len(delta) - 1, -1, -1):
            acc = delta[i] + disc[i] * rho[i] * acc
            vs[i] = values[i] + acc
        adv = rho * (rew + disc * vs[1:] - values[:-1])
    loss = -(logp * adv).mean() + 0.5 * (vs[:-1] - values[:-1]).pow(2).mean() - 0.01 * dist.entropy().mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return loss.item()


def publish(net):
    return ray.put({k: v.numpy().copy() for k, v in net.state_dict().items()})


def main(args=Args()):
    ray.init()
    net = Net(args.hidden)
    opt = torch.optim.Adam(net.parameters(), args.lr)
    actors = [Actor.remote(i, args) for i in range(args.n_actors)]
    ref = publish(net)
    jobs = {a.sample.remote(ref): a for a in actors}
    batch, seen = [], []
    it = 0
    while it < args.iterations:
        ready, _ = ray.wait(list(jobs))
        actor = jobs.pop(ready[0])
        traj, returns = ray.get(ready[0])
        seen = (seen + returns)[-50:]
        batch.append(traj)
        if len(batch) == args.batch:
            loss = update(net, opt, batch, args)
            batch, ref, it = [], publish(net), it + 1
            if it % 50 == 0:
                print(it, f"loss {loss:.3f}", f"return {np.mean(seen):.2f}" if seen else "")
        jobs[actor.sample.remote(ref)] = actor


if __name__ == "__main__":
    main()
