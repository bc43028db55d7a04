import torch
from torch import nn
from torch.distributions import Categorical

from game import ACTIONS, OBS


class CardNet(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.fc = nn.Linear(OBS, hidden)
        self.gru = nn.GRU(hidden, hidden)
        self.pi = nn.Linear(hidden, ACTIONS)

    def forward(self, view, h=None):
        x = torch.relu(self.fc(view)).view(1, 1, -1)
        y, h = self.gru(x, h)
        return Categorical(logits=self.pi(y[0, 0])), h


class BaseAgent:
    def begin_game(self):
        raise NotImplementedError

    def act(self, view):
        raise NotImplementedError


class RecurrentAgent(BaseAgent):
    def __init__(self):
        self.net = CardNet()
        self._memory = None

    def begin_game(self):
        self._memory = None

    def distribution(self, view):
        dist, self._memory = self.net(torch.tensor(view), self._memory)
        return dist

    @property
    def weights(self):
        return {k: v.detach().clone() for k, v in self.net.state_dict().items()}

    @weights.setter
    def weights(self, new):
        self.net.load_state_dict(new)


class SelfPlayAgent(RecurrentAgent):
    def __init__(self, lr=3e-4):
        super().__init__()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.baseline = 0.0

    def begin_game(self):
        super().begin_game()
        self.logps = []

    def act(self, view):
        dist = self.distribution(view)
        a = dist.sample()
        self.logps.append(dist.log_prob(a))
        return a.item()

    def learn(self, score):
        if not self.logps:
            return
        loss = -(score - self.baseline) * torch.stack(self.logps).sum()
        self.baseline += 0.01 * (score - self.baseline)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()


class PoolPartner(RecurrentAgent):
    """Plays the other chair. Somebody else sits down there when things go wrong."""

    def __init__(self, pool):
        super().__init__()
        self.pool = pool
        self.seats_taken = 0

    @torch.no_grad()
    def act(self, view):
        return self.distribution(view).sample().item()

    def on_strike(self, game):
        self.weights = self.pool.pick()
        self.seats_taken += 1
