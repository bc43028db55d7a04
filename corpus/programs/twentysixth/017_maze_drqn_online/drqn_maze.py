"""Online recurrent Q-learning in a partially seen maze (keys, doors, lava)."""
import argparse
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

WALL, FLOOR, KEY, DOOR, LAVA, GOAL = range(6)
DIRS = [(1, 0), (0, 1), (-1, 0), (0, -1)]


class KeyMaze:
    def __init__(self, size=9, rng=None):
        self.size = size
        self.rng = rng or random.Random()

    def reset(self):
        n = self.size
        g = np.full((n, n), FLOOR)
        g[0], g[-1], g[:, 0], g[:, -1] = WALL, WALL, WALL, WALL
        mid = n // 2
        g[:, mid] = WALL
        g[self.rng.randrange(1, n - 1), mid] = DOOR
        g[self.rng.randrange(1, n - 1), self.rng.randrange(2, mid)] = KEY
        g[self.rng.randrange(1, n - 1), self.rng.randrange(mid + 1, n - 1)] = GOAL
        for _ in range(3):
            y, x = self.rng.randrange(1, n - 1), self.rng.randrange(1, n - 1)
            if g[y, x] == FLOOR and (y, x) != (1, 1):
                g[y, x] = LAVA
        self.grid, self.pos, self.dir, self.key, self.t = g, (1, 1), 0, False, 0
        return self.view()

    def view(self):
        pad = np.pad(self.grid, 2, constant_values=WALL)
        y, x = self.pos
        patch = np.rot90(pad[y:y + 5, x:x + 5], self.dir)
        onehot = np.eye(6)[patch].reshape(-1)
        return torch.tensor(np.append(onehot, [float(self.key)]), dtype=torch.float32)[None]

    def step(self, a):
        self.t += 1
        r, done = -0.01, self.t >= 150
        if a == 0:
            self.dir = (self.dir + 1) % 4
        elif a == 1:
            self.dir = (self.dir - 1) % 4
        else:
            dx, dy = DIRS[self.dir]
            ny, nx = self.pos[0] + dy, self.pos[1] + dx
            cell = self.grid[ny, nx]
            if cell == DOOR and self.key:
                self.grid[ny, nx] = FLOOR
                r += 0.2
            elif cell not in (WALL, DOOR):
                self.pos = (ny, nx)
                if cell == KEY:
                    self.key, self.grid[ny, nx] = True, FLOOR
                    r += 0.2
                elif cell == LAVA:
                    r, done = r - 1.0, True
                elif cell == GOAL:
                    r, done = r + 1.0, True
        return self.view(), r, done


class RecurrentQ(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.fc = nn.Linear(151, 128)
        self.gru = nn.GRUCell(128, hidden)
        self.q = nn.Linear(hidden, 3)

    def forward(self, x, h):
        h = self.gru(F.relu(self.fc(x)), h)
        return self.q(h), h


def train(args):
    env = KeyMaze(rng=random.Random(args.seed))
    online, target = RecurrentQ(args.hidden), RecurrentQ(args.hidden)
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=args.lr)
    step, returns = 0, []
    for episode in range(args.episodes):
        obs, done, total = env.reset(), False, 0.0
        h = torch.zeros(1, args.hidden)
        with torch.no_grad():
            _, h_tgt = target(obs, torch.zeros(1, args.hidden))
        while not done:
            q, h = online(obs, h)
            eps = max(0.05, 1 - step / args.eps_steps)
            a = random.randrange(3) if random.random() < eps else int(q.argmax())
            obs, r, done = env.step(a)
            total += r
            with torch.no_grad():
                q_next, h_tgt = target(obs, h_tgt)
                y = r + args.gamma * (0.0 if done else q_next.max().item())
            loss = F.smooth_l1_loss(q[0, a], torch.tensor(y))
            opt.zero_grad()
            loss.backward()
            opt.step()
            h = h.detach()
            step += 1
            if step % args.sync == 0:
                target.load_state_dict(online.state_dict())
        returns.append(total)
        if episode % 100 == 99:
            print(f"{episode + 1:6d} {step:8d} eps {eps:.2f} return {np.mean(returns[-100:]):.3f}")
    torch.save(online.state_dict(), args.out)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--episodes", type=int, default=20000)
    p.add_argument("--hidden", type=int, default=96)
    p.add_argument("--lr", type=float, default=2.5e-4)
    p.add_argument("--gamma", type=float, default=0.98)
    p.add_argument("--sync", type=int, default=1000)
    p.add_argument("--eps-steps", type=int, default=300_000)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", default="maze_q.pt")
    train(p.parse_args())
