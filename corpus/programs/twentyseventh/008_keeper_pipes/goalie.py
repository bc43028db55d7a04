"""Robot soccer goalie: worker processes simulate, the main process trains (A2C over pipes)."""
import math
import random
from multiprocessing import Pipe, Process

import torch
from torch import nn, optim
from torch.distributions import Categorical

N_WORKERS, CHUNK, UPDATES, PUSH_EVERY = 8, 40, 8000, 5


class Goal:
    """Angles instead of positions: where does the ball come from, where do I stand."""

    def reset(self):
        self.me, self.t = 0.0, 0
        self.angle = random.uniform(-math.pi / 3, math.pi / 3)
        self.drift = random.gauss(0, 0.03)
        self.arrives = random.randint(8, 16)
        return self.look()

    def look(self):
        return [self.angle + random.gauss(0, 0.1), self.me, self.t / 16]

    def step(self, a):
        self.me += (a - 1) * 0.12
        self.angle += self.drift
        self.t += 1
        done = self.t >= self.arrives
        rew = -0.01 * (a != 1)
        if done:
            rew += 1.0 if abs(math.sin(self.angle) - self.me) < 0.2 else -1.0
        return self.look(), rew, done


class Goalie(nn.Module):
    H = 48

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(3, self.H)
        self.heads = nn.Linear(self.H, 4)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        out = self.heads(h)
        return out[:, :3], out[:, 3], (h, c)

    @classmethod
    def blank(cls, n):
        return torch.zeros(n, cls.H), torch.zeros(n, cls.H)


def worker(conn, seed):
    random.seed(seed)
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    net, env = Goalie(), Goal()
    obs, hc = env.reset(), Goalie.blank(1)
    while True:
        cmd, arg = conn.recv()
        if cmd == "weights":
            net.load_state_dict(arg)
            hc = Goalie.blank(1)
        elif cmd == "play":
            start, steps = hc, []
            for _ in range(arg):
                with torch.no_grad():
                    logits, _, hc = net(torch.tensor([obs]), hc)
                a = Categorical(logits=logits).sample().item()
                nxt, rew, done = env.step(a)
                steps.append((obs, a, rew, done))
                obs = nxt
                if done:
                    obs, hc = env.reset(), Goalie.blank(1)
            conn.send((start, steps))
        else:
            conn.close()
            return


def learn(net, opt, chunks, gamma=0.97):
    hc = tuple(torch.cat([c[0][i] for c in chunks]) for i in (0, 1))
    logps, values, rews, masks = [], [], [], []
    for t in range(CHUNK):
        obs, act, rew, done = zip(*[c[1][t] for c in chunks])
        logits, v, hc = net(torch.tensor(obs), hc)
        keep = 1.0 - torch.tensor(done, dtype=torch.float32)
        hc = tuple(s * keep[:, None] for s in hc)
        logps.append(Categorical(logits=logits).log_prob(torch.tensor(act)))
        values.append(v)
        rews.append(torch.tensor(rew))
        masks.append(keep)
    ret, loss = values[-1].detach(), 0.0
    for t in reversed(range(CHUNK - 1)):
        ret = rews[t] + gamma * masks[t] * ret
        adv = ret - values[t]
        loss = loss - (logps[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
    opt.zero_grad()
    (loss / CHUNK).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    return torch.stack(rews).sum().item() / max(1.0, CHUNK * len(chunks) - torch.stack(masks).sum().item())


if __name__ == "__main__":
    pipes, procs = [], []
    for i in range(N_WORKERS):
        here, there = Pipe()
        proc = Process(target=worker, args=(there, i), daemon=True)
        proc.start()
        pipes.append(here)
        procs.append(proc)
    net = Goalie()
    opt = optim.Adam(net.parameters(), lr=7e-4)
    for u in range(UPDATES):
        if u % PUSH_EVERY == 0:
            for p in pipes:
                p.send(("weights", {k: v.clone() for k, v in net.state_dict().items()}))
        for p in pipes:
            p.send(("play", CHUNK))
        score = learn(net, opt, [p.recv() for p in pipes])
        if u % 100 == 0:
            print(f"{u}: reward per shot {score:.3f}")
    for p in pipes:
        p.send(("quit", None))
    torch.save(net.state_dict(), "goalie.pt")
