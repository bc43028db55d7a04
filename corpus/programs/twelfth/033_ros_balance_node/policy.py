import torch


class BalancePolicy(torch.nn.Module):
    def __init__(self, n_obs, n_act, n_hidden=64):
        super().__init__()
        self.n_hidden = n_hidden
        self.l1 = torch.nn.Linear(n_obs, n_hidden)
        self.rnn = torch.nn.LSTMCell(n_hidden, n_hidden)
        self.l2 = torch.nn.Linear(n_hidden, n_act)

    def zero_state(self):
        return torch.zeros(1, self.n_hidden), torch.zeros(1, self.n_hidden)

    def forward(self, obs, state):
        state = self.rnn(torch.tanh(self.l1(obs)), state)
        return torch.tanh(self.l2(state[0])), state
