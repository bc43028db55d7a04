import copy
import torch
import torch.nn as nn

PLAYERS = ("a_front", "a_back", "b_front", "b_back")


class ShotNet(nn.Module):
    def __init__(self, obs=9, shots=6, hid=64):
        super().__init__()
        self.hid = hid
        self.fc = nn.Linear(obs, hid)
        self.lstm = nn.LSTMCell(hid, hid)
        self.pi = nn.Linear(hid, shots)

    def forward(self, x, hc):
        h, c = self.lstm(torch.relu(self.fc(x)), hc)
        return self.pi(h), (h, c)


class Court:
    """Side a learns, side b plays with an older copy. One net per side, one state per player."""

    def __init__(self):
        self.nets = {"a": ShotNet(), "b": ShotNet()}
        self.best = copy.deepcopy(self.nets["a"].state_dict())
        self.best_margin = -1e9
        self.memory = {}
        self.new_rally()

    def zero(self):
        n = self.nets["a"].hid
        return torch.zeros(1, n), torch.zeros(1, n)

    def new_rally(self):
        for name in PLAYERS:
            self.memory[name] = self.zero()

    def act(self, name, obs):
        net = self.nets[name[0]]
        logits, self.memory[name] = net(obs, self.memory[name])
        return torch.distributions.Categorical(logits=logits)

    def note_margin(self, margin):
        if margin > self.best_margin:
            self.best_margin = margin
            self.best = copy.deepcopy(self.nets["a"].state_dict())

    def promote(self, clear=False):
        self.nets["b"].load_state_dict(self.best)
        if clear:
            self.memory["b_front"] = self.zero()
            self.memory["b_back"] = self.zero()
