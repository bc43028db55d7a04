import torch as th
import torch.nn as nn
import torch.nn.functional as F


class NRNNAgent(nn.Module):
    def __init__(self, i, args):
        super().__init__()
        self.args = args
        self.fc1 = nn.Linear(i, args.rnn_hidden_dim)
        self.rnn = nn.GRUCell(args.rnn_hidden_dim, args.rnn_hidden_dim)
        self.fc2 = nn.Linear(args.rnn_hidden_dim, args.n_actions)

    def init_hidden(self):
        return self.fc1.weight.new_zeros(1, self.args.rnn_hidden_dim)

    def forward(self, x, h):
        b, a, e = x.size()
        x = F.relu(self.fc1(x.view(-1, e)))
        hh = self.rnn(x, h.reshape(-1, self.args.rnn_hidden_dim))
        return self.fc2(hh).view(b, a, -1), hh.view(b, a, -1)


class NMAC:
    def __init__(self, scheme, args):
        self.n_agents = args.n_agents
        self.agent = NRNNAgent(scheme["obs"]["vshape"], args)
        self.hidden_states = None

    def select_actions(self, ep_batch, t_ep, t_env, bs=slice(None), test_mode=False):
        q, self.hidden_states = self.agent(ep_batch["obs"][:, t_ep], self.hidden_states)
        q[ep_batch["avail"][:, t_ep][bs] == 0] = -1e10
        return q.argmax(-1)

    def init_hidden(self, batch_size):
        self.hidden_states = self.agent.init_hidden().unsqueeze(0).expand(batch_size, self.n_agents, -1)

    def load_models(self, path):
        self.agent.load_state_dict(th.load("{}/agent.th".format(path), map_location=lambda storage, loc: storage))
