import torch
import torch.nn as nn
import torch.nn.functional as F


class RNNAgent(nn.Module):
    def __init__(self, input_shape, args):
        super().__init__()
        self.args = args
        self.fc1 = nn.Linear(input_shape, args.rnn_hidden_dim)
        self.rnn = nn.GRUCell(args.rnn_hidden_dim, args.rnn_hidden_dim)
        self.fc2 = nn.Linear(args.rnn_hidden_dim, args.n_actions)

    def init_hidden(self):
        return self.fc1.weight.new_zeros(1, self.args.rnn_hidden_dim)

    def forward(self, inputs, hidden_state):
        x = F.relu(self.fc1(inputs))
        h = self.rnn(x, hidden_state.reshape(-1, self.args.rnn_hidden_dim))
        return self.fc2(h), h


class QMixer(nn.Module):
    def __init__(self, args):
        super().__init__()
        self.n, self.dim = args.n_agents, args.mixing_dim
        self.w1 = nn.Linear(args.state_dim, self.n * self.dim)
        self.b1 = nn.Linear(args.state_dim, self.dim)
        self.w2 = nn.Linear(args.state_dim, self.dim)
        self.b2 = nn.Sequential(nn.Linear(args.state_dim, self.dim), nn.ReLU(), nn.Linear(self.dim, 1))

    def forward(self, qs, s):
        w1 = self.w1(s).abs().view(-1, self.n, self.dim)
        hid = F.elu(torch.bmm(qs.view(-1, 1, self.n), w1).squeeze(1) + self.b1(s))
        return (hid * self.w2(s).abs()).sum(-1, keepdim=True) + self.b2(s)
