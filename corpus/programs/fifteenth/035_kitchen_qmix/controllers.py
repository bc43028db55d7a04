import torch as th
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


class BasicMAC:
    def __init__(self, input_shape, args):
        self.args = args
        self.n_agents = args.n_agents
        self.agent = RNNAgent(input_shape, args)
        self.hidden_states = None

    def init_hidden(self, batch_size):
        self.hidden_states = self.agent.init_hidden().unsqueeze(0).expand(batch_size, self.n_agents, -1)

    def forward(self, inputs):
        b = inputs.shape[0]
        q, h = self.agent(inputs.reshape(b * self.n_agents, -1), self.hidden_states)
        self.hidden_states = h.view(b, self.n_agents, -1)
        return q.view(b, self.n_agents, -1)

    @th.no_grad()
    def select_actions(self, obs, eps):
        q = self.forward(obs)
        rand = th.randint(0, self.args.n_actions, q.shape[:2])
        return th.where(th.rand(q.shape[:2]) < eps, rand, q.argmax(-1))

    def save_models(self, path):
        th.save(self.agent.state_dict(), f"{path}/agent.th")

    def load_models(self, path):
        self.agent.load_state_dict(th.load(f"{path}/agent.th"))
