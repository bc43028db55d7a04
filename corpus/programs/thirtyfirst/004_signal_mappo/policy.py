from typing import Tuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.distributions import Categorical


class GatedTrunk(nn.Module):
    def __init__(self, n_in: int, width: int, n_out: int):
        super().__init__()
        self.inp = nn.Sequential(nn.LayerNorm(n_in), nn.Linear(n_in, width), nn.Tanh())
        self.cell = nn.GRUCell(width, width)
        self.out = nn.Linear(width, n_out)

    def forward(self, x: Tensor, h: Tensor, mask: Tensor) -> Tuple[Tensor, Tensor]:
        h = self.cell(self.inp(x), h * mask)
        return self.out(h), h


class SignalPolicy:
    def __init__(self, obs_dim: int, state_dim: int, n_phases: int, width: int = 64, lr: float = 7e-4, device="cpu"):
        self.device, self.width = torch.device(device), width
        self.actor = GatedTrunk(obs_dim, width, n_phases).to(self.device)
        self.critic = GatedTrunk(state_dim, width, 1).to(self.device)
        self.optim = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr=lr, eps=1e-5)

    def _in(self, *arrays):
        return [torch.as_tensor(a, dtype=torch.float32, device=self.device).flatten(0, 1) for a in arrays]

    @staticmethod
    def _out(x: Tensor, lead) -> np.ndarray:
        return x.cpu().numpy().reshape(*lead, *x.shape[1:])

    @torch.no_grad()
    def get_actions(self, state, obs, rnn_states_actor, rnn_states_critic, masks):
        lead = obs.shape[:2]
        state, obs, ha, hc, m = self._in(state, obs, rnn_states_actor, rnn_states_critic, masks)
        logits, ha = self.actor(obs, ha, m)
        values, hc = self.critic(state, hc, m)
        pi = Categorical(logits=logits)
        phases = pi.sample()
        logp = pi.log_prob(phases)
        return (self._out(values, lead), self._out(phases[:, None], lead), self._out(logp[:, None], lead),
                self._out(ha, lead), self._out(hc, lead))

    @torch.no_grad()
    def act(self, obs, rnn_states_actor, masks):
        lead = obs.shape[:2]
        obs, ha, m = self._in(obs, rnn_states_actor, masks)
        logits, ha = self.actor(obs, ha, m)
        return self._out(logits.argmax(-1, keepdim=True), lead), self._out(ha, lead)

    def unroll(self, state, obs, ha, hc, masks, phases):
        logps, ents, values = [], [], []
        for i in range(obs.shape[0]):
            logits, ha = self.actor(obs[i], ha, masks[i])
            v, hc = self.critic(state[i], hc, masks[i])
            pi = Categorical(logits=logits)
            logps.append(pi.log_prob(phases[i, :, 0]))
            ents.append(pi.entropy())
            values.append(v[:, 0])
        return torch.stack(logps), torch.stack(ents).mean(), torch.stack(values)

    def load(self, path: str) -> None:
        blob = torch.load(path, map_location=self.device)
        self.actor.load_state_dict(blob["actor"])
        self.critic.load_state_dict(blob["critic"])
