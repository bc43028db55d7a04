import numpy as np
import torch

from picker_net import PickerNet
from warehouse import PickingAisles


class Member:
    def __init__(self, ident, trucks, lr, entropy, seed):
        self.ident = ident
        self.env = PickingAisles(trucks, seed)
        self.net = PickerNet(self.env.n_obs, self.env.n_act)
        self.hp = {"lr": lr, "entropy": entropy}
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.obs = self.env.reset()
        self.trace = self.net.zeros(trucks)
        self.recent = []

    def window(self, steps=32, gamma=0.98):
        self.trace = self.trace.detach()
        logps, values, rewards, alive, ents = [], [], [], [], []
        for _ in range(steps):
            dist, value, self.trace = self.net(torch.from_numpy(self.obs), self.trace)
            act = dist.sample()
            self.obs, r, over = self.env.step(act.numpy())
            keep = torch.from_numpy(1.0 - over.astype(np.float32))
            self.trace = self.trace * keep.unsqueeze(1)
            logps.append(dist.log_prob(act))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(torch.from_numpy(r))
            alive.append(keep)
        with torch.no_grad():
            g = self.net(torch.from_numpy(self.obs), self.trace)[1]
        targets = []
        for r, k in zip(reversed(rewards), reversed(alive)):
            g = r + gamma * k * g
            targets.append(g)
        targets = torch.stack(targets[::-1])
        adv = targets - torch.stack(values)
        loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss = loss - self.hp["entropy"] * torch.stack(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.recent.append(float(torch.stack(rewards).sum(0).mean()))

    @property
    def fitness(self):
        return float(np.mean(self.recent[-50:])) if self.recent else -np.inf

    def inherit(self, donor, rng):
        self.net.load_state_dict(donor.net.state_dict())
        for key in self.hp:
            self.hp[key] = donor.hp[key] * rng.choice([0.8, 1.2])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hp["lr"])
        self.recent = list(donor.recent)
