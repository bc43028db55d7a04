import torch
from torch import nn
from torch.nn import functional as F


class AgentNet(nn.Module):
    def __init__(self, obs_size, num_actions, core_size=128):
        super().__init__()
        self.core_size = core_size
        self.torso = nn.Linear(obs_size + num_actions + 1, core_size)
        self.core = nn.LSTM(core_size, core_size)
        self.policy = nn.Linear(core_size, num_actions)
        self.baseline = nn.Linear(core_size, 1)
        self.num_actions = num_actions

    def initial_state(self, batch_size=1):
        shape = (1, batch_size, self.core_size)
        return torch.zeros(shape), torch.zeros(shape)

    def forward(self, obs, last_action, last_reward, state):
        """All inputs time major."""
        a = F.one_hot(last_action, self.num_actions).float()
        x = torch.cat([obs, a, last_reward.clamp(-1, 1).unsqueeze(-1)], -1)
        y, state = self.core(F.relu(self.torso(x)), state)
        return self.policy(y), self.baseline(y).squeeze(-1), state


def vtrace(log_rhos, discounts, rewards, values):
    """Whole episodes, so the value after the last row is zero."""
    rho = log_rhos.exp().clamp(max=1.0)
    nxt = torch.cat([values[1:], torch.zeros_like(values[:1])])
    deltas = rho * (rewards + discounts * nxt - values)
    acc, out = torch.zeros_like(values[0]), []
    for t in reversed(range(len(values))):
        acc = deltas[t] + discounts[t] * rho[t] * acc
        out.append(acc)
    vs = torch.stack(out[::-1]) + values
    vs_next = torch.cat([vs[1:], torch.zeros_like(vs[:1])])
    return vs, rho * (rewards + discounts * vs_next - values)
