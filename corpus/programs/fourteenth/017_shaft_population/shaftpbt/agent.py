import torch
from torch import nn


class ShaftAgent:
    def __init__(self, n_obs, n_act, lr):
        self.body = nn.LSTM(n_obs, 64)
        self.heads = nn.Linear(64, n_act + 1)
        self.modules = nn.ModuleList([self.body, self.heads])
        self.optim = torch.optim.Adam(self.modules.parameters(), lr=lr)
        self.memory = None

    def clear_memory(self):
        self.memory = None

    def think(self, obs, keep=True):
        y, memory = self.body(torch.tensor(obs).view(1, 1, -1), self.memory)
        if keep:
            self.memory = memory
        out = self.heads(y[0, 0])
        return torch.distributions.Categorical(logits=out[:-1]), out[-1]

    def cut_graph(self):
        if self.memory is not None:
            self.memory = tuple(m.detach() for m in self.memory)

    def dump(self, path):
        torch.save({"modules": self.modules.state_dict(), "optim": self.optim.state_dict()}, path)

    def restore(self, path):
        blob = torch.load(path, map_location="cpu")
        self.modules.load_state_dict(blob["modules"])
        self.optim.load_state_dict(blob["optim"])
        self.clear_memory()

    def set_lr(self, lr):
        for g in self.optim.param_groups:
            g["lr"] = lr
