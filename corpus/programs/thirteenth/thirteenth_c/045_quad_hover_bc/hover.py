import glob
import math
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Actor(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(9, 64, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4), nn.Tanh())

    def forward(self, obs, state=None):
        out, state = self.lstm(obs, state)
        return self.mlp(out), state


class HoverProject:
    """Imitates the PX4 position controller without velocity measurements, then flies in the toy sim."""

    DT = 0.02

    def __init__(self, log_dir="logs", batch=16, length=150, lr=1e-3):
        self.actor = Actor()
        self.opt = torch.optim.Adam(self.actor.parameters(), lr=lr)
        self.batch, self.length = batch, length
        self.flights = []
        for name in sorted(glob.glob(log_dir + "/*.npz")):
            z = np.load(name)
            self.flights.append((torch.tensor(z["obs"]).float(), torch.tensor(z["motors"]).float()))
        print(len(self.flights), "flights")

    def sample(self):
        obs, act = [], []
        for _ in range(self.batch):
            o, a = random.choice(self.flights)
            i = random.randrange(len(o) - self.length)
            obs.append(o[i:i + self.length])
            act.append(a[i:i + self.length])
        return torch.stack(obs), torch.stack(act)

    def train(self, iters):
        for it in range(iters):
            obs, act = self.sample()
            pred, _ = self.actor(obs)
            loss = F.mse_loss(pred[:, 20:], act[:, 20:])
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            if it % 500 == 0:
                print(it, loss.item())
        torch.save(self.actor.state_dict(), "hover.pt")

    # ---------------------------------------------------------------- sim
    def sim_reset(self):
        self.pos = np.random.uniform(-1, 1, 3)
        self.vel = np.random.uniform(-0.5, 0.5, 3)
        self.rpy = np.random.uniform(-0.1, 0.1, 3)
        self.rate = np.zeros(3)

    def sim_obs(self):
        return np.concatenate([self.pos, np.sin(self.rpy), np.cos(self.rpy)])

    def sim_step(self, m):
        thrust = 9.81 * (1 + 0.25 * m.sum())
        self.rate += self.DT * np.array([m[0] - m[2], m[1] - m[3], 0.2 * (m[0] - m[1] + m[2] - m[3])]) * 20
        self.rpy += self.DT * self.rate
        roll, pitch, _ = self.rpy
        acc = thrust * np.array([math.sin(pitch), -math.sin(roll), math.cos(roll) * math.cos(pitch)])
        acc[2] -= 9.81
        self.vel += self.DT * acc
        self.pos += self.DT * self.vel
        return np.abs(self.pos).max() > 4 or np.abs(self.rpy[:2]).max() > 1.2

    def fly(self, n=20, seconds=20):
        self.actor.eval()
        errors, crashes = [], 0
        for _ in range(n):
            self.sim_reset()
            for _ in range(int(seconds / self.DT)):
                obs = torch.tensor(self.sim_obs(), dtype=torch.float32).view(1, 1, -1)
                with torch.no_grad():
                    motors, _ = self.actor(obs)
                crashed = self.sim_step(motors.view(-1).numpy())
                errors.append(np.linalg.norm(self.pos))
                if crashed:
                    crashes += 1
                    break
        print(f"mean distance {np.mean(errors):.3f} m, crashes {crashes}/{n}")


if __name__ == "__main__":
    project = HoverProject()
    project.train(20000)
    project.fly()
