import torch as th
import torch.nn as nn
import torch.nn.functional as F


class RNNAgent(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden):
        super().__init__()
        self.hidden = hidden
        self.fc1 = nn.Linear(obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.fc2 = nn.Linear(hidden, n_actions)

    def init_hidden(self):
        return self.fc1.weight.new_zeros(1, self.hidden)

    def forward(self, obs, h):
        h = self.rnn(F.relu(self.fc1(obs)), h.reshape(-1, self.hidden))
        return self.fc2(h), h


class Mixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=32):
        super().__init__()
        self.n, self.e = n_agents, embed
        self.w1 = nn.Linear(state_dim, n_agents * embed)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.b2 = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, s):
        w1 = self.w1(s).abs().view(-1, self.n, self.e)
        hid = F.elu(th.bmm(qs.reshape(-1, 1, self.n), w1).squeeze(1) + self.b1(s).view(-1, self.e))
        q = (hid * self.w2(s).abs().view(-1, self.e)).sum(-1) + self.b2(s).view(-1)
        return q.view(qs.shape[:-1])


class MAC:
    """All drones share one agent network."""

    def __init__(self, env, hidden):
        self.n = env.n
        self.agent = RNNAgent(env.obs_dim, env.n_actions, hidden)
        self.hidden_states = None

    def init_hidden(self, batch):
        self.hidden_states = self.agent.init_hidden().expand(batch * self.n, -1)

    def forward(self, obs):
        b = obs.shape[0]
        q, self.hidden_states = self.agent(obs.reshape(b * self.n, -1), self.hidden_states)
        return q.view(b, self.n, -1)

    def load_state(self, other):
        self.agent.load_state_dict(other.agent.state_dict())

    def save_models(self, path):
        th.save(self.agent.state_dict(), path)

    def load_models(self, path):
        self.agent.load_state_dict(th.load(path))
