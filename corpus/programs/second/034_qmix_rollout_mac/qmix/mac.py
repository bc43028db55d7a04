import torch
import torch.nn.functional as F
from torch import nn


class RNNAgent(nn.Module):
    def __init__(self, in_dim, n_actions, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(in_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.fc2 = nn.Linear(hidden, n_actions)

    def forward(self, x, h):
        h = self.rnn(F.relu(self.fc1(x)), h)
        return self.fc2(h), h


class MAC:
    def __init__(self, obs_dim, n_agents, n_actions):
        self.n_agents, self.n_actions = n_agents, n_actions
        self.agent = RNNAgent(obs_dim + n_agents, n_actions)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = torch.zeros(batch_size * self.n_agents, self.agent.hidden)

    def forward(self, obs):
        batch = obs.shape[0]
        ids = torch.eye(self.n_agents).expand(batch, -1, -1)
        x = torch.cat([obs, ids], dim=-1).reshape(batch * self.n_agents, -1)
        q, self.hidden_states = self.agent(x, self.hidden_states)
        return q.view(batch, self.n_agents, -1)

    def select(self, obs, avail, eps):
        with torch.no_grad():
            q = self.forward(obs)
        q = q.masked_fill(avail == 0, -1e9)
        rnd = torch.distributions.Categorical(avail).sample()
        pick = (torch.rand(rnd.shape) < eps).long()
        return pick * rnd + (1 - pick) * q.argmax(-1)

    def parameters(self):
        return self.agent.parameters()

    def load_state(self, other_mac):
        self.agent.load_state_dict(other_mac.agent.state_dict())
