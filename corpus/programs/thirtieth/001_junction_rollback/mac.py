import os

import torch as th
import torch.nn as nn
import torch.nn.functional as F


class RNNAgent(nn.Module):
    def __init__(self, input_shape, args):
        super(RNNAgent, self).__init__()
        self.args = args
        self.fc1 = nn.Linear(input_shape, args.rnn_dim)
        self.rnn = nn.GRUCell(args.rnn_dim, args.rnn_dim)
        self.fc2 = nn.Linear(args.rnn_dim, args.n_phases)

    def init_hidden(self):
        return self.fc1.weight.new_zeros(1, self.args.rnn_dim)

    def forward(self, inputs, hidden_state):
        x = F.relu(self.fc1(inputs))
        h_in = hidden_state.reshape(-1, self.args.rnn_dim)
        h = self.rnn(x, h_in)
        return self.fc2(h), h


class JunctionMAC:
    """One shared recurrent agent, one row per junction of the corridor."""

    def __init__(self, obs_dim, args):
        self.args = args
        self.n_agents = args.n_junctions
        self.agent = RNNAgent(obs_dim + args.n_junctions, args)
        self.hidden_states = None

    def _build_inputs(self, obs):
        ids = th.eye(self.n_agents)
        return th.cat([th.as_tensor(obs, dtype=th.float32), ids], dim=1)

    @th.no_grad()
    def select_phases(self, obs, avail):
        q, self.hidden_states = self.agent(self._build_inputs(obs), self.hidden_states)
        q[th.as_tensor(avail) == 0] = -1e9
        return q.argmax(dim=1).tolist()

    def init_hidden(self):
        self.hidden_states = self.agent.init_hidden().expand(self.n_agents, -1)

    def save_models(self, path):
        th.save(self.agent.state_dict(), os.path.join(path, "agent.th"))

    def load_models(self, path):
        self.agent.load_state_dict(th.load(os.path.join(path, "agent.th"), map_location="cpu"))
