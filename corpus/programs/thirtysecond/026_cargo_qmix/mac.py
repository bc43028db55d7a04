import torch
import torch.nn as nn


class AgentNet(nn.Module):
    def __init__(self, in_dim, n_actions, rnn_dim=32):
        super().__init__()
        self.rnn_dim = rnn_dim
        self.fc1 = nn.Linear(in_dim, rnn_dim)
        self.rnn = nn.GRUCell(rnn_dim, rnn_dim)
        self.fc2 = nn.Linear(rnn_dim, n_actions)

    def forward(self, x, h):
        h = self.rnn(torch.relu(self.fc1(x)), h)
        return self.fc2(h), h


class Controller:
    """Shared-parameter multi agent controller, in the manner of pymarl's BasicMAC."""

    def __init__(self, in_dim, n_agents, n_actions):
        self.n_agents = n_agents
        self.n_actions = n_actions
        self.net = AgentNet(in_dim + n_agents, n_actions)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = torch.zeros(batch_size * self.n_agents, self.net.rnn_dim)

    def forward(self, obs):
        bs = obs.shape[0]
        ids = torch.eye(self.n_agents).expand(bs, -1, -1)
        x = torch.cat([obs, ids], -1).reshape(bs * self.n_agents, -1)
        q, self.hidden_states = self.net(x, self.hidden_states)
        return q.view(bs, self.n_agents, -1)

    @torch.no_grad()
    def select(self, obs, eps):
        q = self.forward(obs.unsqueeze(0))[0]
        greedy = q.argmax(-1)
        noise = torch.randint(self.n_actions, greedy.shape)
        return torch.where(torch.rand(greedy.shape) < eps, noise, greedy)

    def parameters(self):
        return self.net.parameters()

    def save(self, path):
        torch.save(self.net.state_dict(), path)

    def load(self, path):
        self.net.load_state_dict(torch.load(path))


class Mixer(nn.Module):
    def __init__(self, n_agents, state_dim, embed=16):
        super().__init__()
        self.n, self.embed = n_agents, embed
        self.w1 = nn.Linear(state_dim, n_agents * embed)
        self.b1 = nn.Linear(state_dim, embed)
        self.w2 = nn.Linear(state_dim, embed)
        self.v = nn.Sequential(nn.Linear(state_dim, embed), nn.ReLU(), nn.Linear(embed, 1))

    def forward(self, qs, state):
        w1 = self.w1(state).abs().view(-1, self.n, self.embed)
        hid = nn.functional.elu(torch.bmm(qs.view(-1, 1, self.n), w1).squeeze(1) + self.b1(state))
        return (hid * self.w2(state).abs()).sum(-1) + self.v(state).squeeze(-1)
