"""IMPALA style training of a congestion window controller (torch.multiprocessing)."""
import argparse
import random

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

T, HID, OBS, ACT = 40, 64, 4, 5
FACTORS = (0.5, 0.9, 1.0, 1.1, 1.5)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(OBS, HID)
        self.core = nn.LSTMCell(HID, HID)
        self.policy = nn.Linear(HID, ACT)
        self.baseline = nn.Linear(HID, 1)

    def initial_state(self, n=1):
        return torch.zeros(n, HID), torch.zeros(n, HID)

    def forward(self, obs, done, core_state):
        keep = (1.0 - done).unsqueeze(-1)
        h, c = self.core(F.relu(self.fc(obs)), (core_state[0] * keep, core_state[1] * keep))
        return self.policy(h), self.baseline(h).squeeze(-1), (h, c)


class Bottleneck:
    def __init__(self, seed):
        self.rng = random.Random(seed)

    def reset(self):
        self.rate = self.rng.uniform(10, 100)
        self.cwnd, self.queue, self.k = 10.0, 0.0, 0
        return self.obs(0.0)

    def obs(self, loss):
        return torch.tensor([[self.cwnd / 100, self.queue / 50, loss, self.k / 400]])

    def step(self, a):
        self.cwnd = min(400.0, max(1.0, self.cwnd * FACTORS[a]))
        sent = min(self.cwnd, self.rate + self.queue)
        self.queue = max(0.0, self.queue + self.cwnd - self.rate)
        loss = max(0.0, self.queue - 50) / self.cwnd
        self.queue = min(self.queue, 50.0)
        self.rate = min(120.0, max(5.0, self.rate + self.rng.gauss(0, 1)))
        self.k += 1
        return self.obs(loss), sent / 100 - self.queue / 100 - 2 * loss, self.k >= 400


def actor(rank, shared, out, stop):
    torch.manual_seed(rank)
    torch.set_num_threads(1)
    env, net = Bottleneck(rank), Net()
    obs, done = env.reset(), torch.zeros(1)
    core_state = net.initial_state()
    while not stop.is_set():
        net.load_state_dict(shared.state_dict())
        rollout = {"state": core_state, "obs": [obs], "done": [done], "act": [], "logits": [], "rew": []}
        for _ in range(T):
            with torch.no_grad():
                logits, _, core_state = net(obs, done, core_state)
            a = torch.distributions.Categorical(logits=logits).sample()
            obs, reward, over = env.step(a.item())
            if over:
                obs = env.reset()
            done = torch.full((1,), float(over))
            rollout["obs"].append(obs)
            rollout["done"].append(done)
            rollout["act"].append(a)
            rollout["logits"].append(logits)
            rollout["rew"].append(torch.tensor([reward]))
        out.put({k: v if k == "state" else torch.stack(v) for k, v in rollout.items()})


def vtrace(rho, rewards, values, bootstrap, discounts):
    rho = rho.clamp(max=1.0)
    nxt = torch.cat([values[1:], bootstrap[None]])
    deltas = rho * (rewards + discounts * nxt - values)
    acc, out = torch.zeros_like(bootstrap), []
    for t in reversed(range(len(deltas))):
        acc = deltas[t] + discounts[t] * rho[t] * acc
        out.insert(0, acc)
    vs = values + torch.stack(out)
    adv = rho * (rewards + discounts * torch.cat([vs[1:], bootstrap[None]]) - values)
    return vs, adv


def learn(net, opt, items, gamma):
    b = {k: torch.cat([i[k] for i in items], dim=1) for k in ("obs", "done", "act", "logits", "rew")}
    state = tuple(torch.cat([i["state"][j] for i in items]) for j in (0, 1))
    logits, values = [], []
    for t in range(T + 1):
        l, v, state = net(b["obs"][t], b["done"][t], state)
        logits.append(l)
        values.append(v)
    logits, values = torch.stack(logits[:-1]), torch.stack(values)
    logp = F.log_softmax(logits, -1).gather(-1, b["act"].unsqueeze(-1)).squeeze(-1)
    mu = F.log_softmax(b["logits"], -1).gather(-1, b["act"].unsqueeze(-1)).squeeze(-1)
    with torch.no_grad():
        vs, adv = vtrace((logp - mu).exp(), b["rew"], values[:-1], values[-1], gamma * (1 - b["done"][1:]))
    ent = -(logits.softmax(-1) * F.log_softmax(logits, -1)).sum(-1).mean()
    loss = -(logp * adv).mean() + 0.5 * (vs - values[:-1]).pow(2).mean() - 0.01 * ent
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 40.0)
    opt.step()
    return b["rew"].mean().item()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--actors", type=int, default=8)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--updates", type=int, default=20000)
    args = p.parse_args()
    mp.set_start_method("spawn")
    learner = Net().share_memory()
    opt = torch.optim.RMSprop(learner.parameters(), lr=6e-4, eps=0.01)
    rollouts, stop = mp.Queue(maxsize=2 * args.batch), mp.Event()
    procs = [mp.Process(target=actor, args=(i, learner, rollouts, stop), daemon=True) for i in range(args.actors)]
    for proc in procs:
        proc.start()
    for u in range(args.updates):
        mean = learn(learner, opt, [rollouts.get() for _ in range(args.batch)], 0.99)
        if u % 100 == 0:
            print(u, round(mean, 4))
    stop.set()
    torch.save(learner.state_dict(), "cc.pt")
