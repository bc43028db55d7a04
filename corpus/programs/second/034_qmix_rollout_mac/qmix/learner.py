import copy

import torch

from .mac import MAC
from .mixer import QMixer


class Learner:
    def __init__(self, env, lr=5e-4, gamma=0.99, target_every=100):
        self.mac = MAC(env.obs_size, env.n_agents, env.n_actions)
        self.target_mac = copy.deepcopy(self.mac)
        self.mixer = QMixer(env.n_agents, env.state_size)
        self.target_mixer = copy.deepcopy(self.mixer)
        self.params = [*self.mac.parameters(), *self.mixer.parameters()]
        self.optimiser = torch.optim.RMSprop(self.params, lr=lr)
        self.gamma = gamma
        self.target_every = target_every
        self.updates = 0

    def train(self, batch):
        B, T = batch["reward"].shape
        self.mac.init_hidden(B)
        self.target_mac.init_hidden(B)
        q = torch.stack([self.mac.forward(batch["obs"][:, t]) for t in range(T + 1)], dim=1)
        with torch.no_grad():
            tq = torch.stack([self.target_mac.forward(batch["obs"][:, t]) for t in range(T + 1)], dim=1)
            best = q[:, 1:].argmax(-1, keepdim=True)
            tmax = self.target_mixer(tq[:, 1:].gather(-1, best).squeeze(-1), batch["state"][:, 1:])
            y = batch["reward"] + self.gamma * (1 - batch["done"]) * tmax
        chosen = q[:, :-1].gather(-1, batch["actions"].unsqueeze(-1)).squeeze(-1)
        loss = (self.mixer(chosen, batch["state"][:, :-1]) - y).pow(2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.params, 10)
        self.optimiser.step()
        self.updates += 1
        if self.updates % self.target_every == 0:
            self.target_mac.load_state(self.mac)
            self.target_mixer.load_state_dict(self.mixer.state_dict())
        return float(loss.detach())
