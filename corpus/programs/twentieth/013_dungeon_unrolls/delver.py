import torch
import torch.nn as nn


class Delver(nn.Module):
    def __init__(self, n_glyphs=32, window=25, n_actions=9, size=128):
        super().__init__()
        self.size = size
        self.glyphs = nn.Embedding(n_glyphs, 8)
        self.body = nn.Sequential(nn.Linear(8 * window + 3, size), nn.ReLU())
        self.core = nn.GRUCell(size, size)
        self.policy = nn.Linear(size, n_actions)
        self.baseline = nn.Linear(size, 1)

    def step(self, view, stats, core_state):
        x = torch.cat([self.glyphs(view).flatten(1), stats], dim=1)
        core_state = self.core(self.body(x), core_state)
        return self.policy(core_state), self.baseline(core_state).squeeze(1), core_state

    def unroll(self, view, stats, done, core_state):
        logits, values = [], []
        for t in range(view.shape[0]):
            core_state = core_state * (1 - done[t]).unsqueeze(1)
            l, v, core_state = self.step(view[t], stats[t], core_state)
            logits.append(l)
            values.append(v)
        return torch.stack(logits), torch.stack(values)
