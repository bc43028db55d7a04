import random

import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F


class TMaze:
    def __init__(self, length=8):
        self.length = length

    def reset(self):
        self.x = 0
        self.cue = random.choice([-1.0, 1.0])
        return torch.tensor([[self.cue, 0.0, 0.0]])

    def step(self, a):
        if self.x < self.length:
            self.x += int(a == 0)
            at_end = float(self.x == self.length)
            return torch.tensor([[0.0, self.x / self.length, at_end]]), -0.05, False
        good = (a == 1) == (self.cue > 0)
        return torch.zeros(1, 3), 1.0 if good else -1.0, True


class MazeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(3, 32)
        self.q = nn.Linear(32, 3)

    def forward(self, x, state):
        state = self.lstm(x, state)
        return self.q(state[0]), state

    @staticmethod
    def zero(n=1):
        return torch.zeros(n, 32), torch.zeros(n, 32)


def play(net, env, eps):
    obs = env.reset()
    state = net.zero()
    steps, done = [], False
    while not done and len(steps) < 60:
        with torch.no_grad():
            q, state = net(obs, state)
        a = random.randrange(3) if random.random() < eps else q.argmax(1).item()
        nxt, r, done = env.step(a)
        steps.append((obs, a, r, done))
        obs = nxt
    return steps


def actor(rank, weights, episodes, halt):
    torch.manual_seed(rank)
    random.seed(rank)
    net, env = MazeNet(), TMaze()
    eps = 0.4 ** (1 + rank)
    version = -1
    while not halt.is_set():
        latest = weights.get("version", -1)
        if latest != version:
            net.load_state_dict(weights["params"])
            version = latest
        episodes.put(play(net, env, eps))


def td_loss(net, target, steps, gamma=0.98):
    state, tstate = net.zero(), target.zero()
    qs, tq = [], []
    for obs, a, r, done in steps:
        q, state = net(obs, state)
        qs.append(q)
        with torch.no_grad():
            t, tstate = target(obs, tstate)
        tq.append(t)
    loss = 0.0
    for i, (obs, a, r, done) in enumerate(steps):
        boot = 0.0
        if not done and i + 1 < len(steps):
            boot = tq[i + 1][0, qs[i + 1].argmax(1)].squeeze()
        loss = loss + F.smooth_l1_loss(qs[i][0, a], torch.as_tensor(r + gamma * boot))
    return loss / len(steps)


def main():
    mp.set_start_method("spawn")
    manager = mp.Manager()
    weights, halt = manager.dict(), mp.Event()
    episodes = mp.Queue(maxsize=64)
    net, target = MazeNet(), MazeNet()
    target.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), 1e-3)
    weights["params"] = {k: v.clone() for k, v in net.state_dict().items()}
    weights["version"] = 0
    procs = [mp.Process(target=actor, args=(i, weights, episodes, halt)) for i in range(4)]
    for p in procs:
        p.start()
    memory, rets = [], []
    for it in range(1, 20001):
        while not episodes.empty() or not memory:
            memory.append(episodes.get())
            rets.append(sum(s[2] for s in memory[-1]))
        memory = memory[-5000:]
        loss = sum(td_loss(net, target, random.choice(memory)) for _ in range(8)) / 8
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % 200 == 0:
            target.load_state_dict(net.state_dict())
        if it % 25 == 0:
            weights["params"] = {k: v.clone() for k, v in net.state_dict().items()}
            weights["version"] = it
        if it % 500 == 0:
            print(it, loss.item(), sum(rets[-100:]) / len(rets[-100:]))
    halt.set()
    for p in procs:
        p.terminate()


if __name__ == "__main__":
    main()
