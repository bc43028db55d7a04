import torch
from torch import nn


class RouterNet(nn.Module):
    def __init__(self, n_obs=12, n_act=4, core=128):
        super().__init__()
        self.core_size = core
        self.fc = nn.Linear(n_obs + n_act + 1, core)
        self.core = nn.LSTM(core, core, num_layers=2)
        self.policy = nn.Linear(core, n_act)
        self.baseline = nn.Linear(core, 1)
        self.n_act = n_act

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(2, batch_size, self.core_size) for _ in range(2))

    def forward(self, obs, last_action, reward, done, core_state):
        """Everything is [T, B, ...]; the state is zeroed wherever done says a new episode starts."""
        onehot = nn.functional.one_hot(last_action, self.n_act).float()
        x = torch.relu(self.fc(torch.cat([obs, onehot, reward.clamp(-1, 1).unsqueeze(-1)], -1)))
        outs = []
        for xt, nd in zip(x.unbind(), (~done).float().unbind()):
            nd = nd.view(1, -1, 1)
            y, core_state = self.core(xt.unsqueeze(0), tuple(nd * s for s in core_state))
            outs.append(y)
        y = torch.cat(outs)
        return self.policy(y), self.baseline(y).squeeze(-1), core_state
