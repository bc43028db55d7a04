import torch
import torch.nn as nn


class RecurrentActorCritic(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 96):
        super().__init__()
        self.hidden_size = hidden
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.policy = nn.Linear(hidden, n_actions)
        self.value = nn.Linear(hidden, 1)

    def initial_state(self, batch: int) -> torch.Tensor:
        return torch.zeros(batch, self.hidden_size)

    def forward(self, obs, hidden):
        hidden = self.rnn(self.encoder(obs), hidden)
        return self.policy(hidden), self.value(hidden).squeeze(-1), hidden

    def unroll(self, obs, dones, hidden):
        """obs [T, B, D]; dones[t] tells that the step t ended an episode."""
        logits, values = [], []
        for t in range(obs.shape[0]):
            step_logits, step_value, hidden = self(obs[t], hidden)
            logits.append(step_logits)
            values.append(step_value)
            hidden = hidden * (1.0 - dones[t]).unsqueeze(-1)
        return torch.stack(logits), torch.stack(values), hidden
