import copy
import random

import torch

from .modules import QMixer


class QLearner:
    def __init__(self, args, mac):
        self.args, self.mac = args, mac
        self.mixer = QMixer(args)
        self.target_mac = copy.deepcopy(mac)
        self.target_mixer = copy.deepcopy(self.mixer)
        self.params = list(mac.parameters()) + list(self.mixer.parameters())
        self.optimiser = torch.optim.RMSprop(self.params, lr=args.lr, alpha=0.99, eps=1e-5)
        self.steps = 0

    def _unroll(self, mac, obs):
        mac.init_hidden(obs.shape[0])
        return torch.stack([mac.forward(obs[:, t]) for t in range(obs.shape[1])], dim=1)

    def train(self, episodes):
        batch = random.sample(episodes, min(len(episodes), self.args.batch_size))
        obs, state, act, rew = (torch.stack([e[k] for e in batch]) for k in ("obs", "state", "actions", "reward"))
        q = self._unroll(self.mac, obs)
        chosen = q[:, :-1].gather(-1, act.unsqueeze(-1)).squeeze(-1)
        with torch.no_grad():
            qt = self._unroll(self.target_mac, obs)[:, 1:]
            best = qt.gather(-1, q[:, 1:].argmax(-1, keepdim=True)).squeeze(-1)
            n, T = best.shape[:2]
            boot = self.target_mixer(best.flatten(0, 1), state[:, 1:].flatten(0, 1)).view(n, T)
            boot[:, -1] = 0.0
            y = rew.float() + self.args.gamma * boot
        total = self.mixer(chosen.flatten(0, 1), state[:, :-1].flatten(0, 1)).view_as(y)
        loss = (total - y).pow(2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.params, 10)
        self.optimiser.step()
        self.steps += 1
        if self.steps % self.args.target_update_interval == 0:
            self._update_targets()

    def _update_targets(self):
        self.target_mac.load_state(self.mac)
        self.target_mixer.load_state_dict(self.mixer.state_dict())

    def save_models(self, path):
        self.mac.save_models(path)
        torch.save(self.mixer.state_dict(), f"{path}/mixer.th")
        torch.save(self.optimiser.state_dict(), f"{path}/opt.th")

    def load_models(self, path):
        self.mac.load_models(path)
        self.target_mac.load_models(path)
        self.mixer.load_state_dict(torch.load(f"{path}/mixer.th"))
        self.optimiser.load_state_dict(torch.load(f"{path}/opt.th"))
