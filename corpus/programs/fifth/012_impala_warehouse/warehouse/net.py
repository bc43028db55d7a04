import torch
from torch import nn
from torch.nn import functional as F


class AtariLikeNet(nn.Module):
    """Small conv trunk and an LSTM core; inputs are (T, B, C, H, W)."""

    def __init__(self, shape, n_actions, use_lstm=True):
        super().__init__()
        c, h, w = shape
        self.conv = nn.Sequential(nn.Conv2d(c, 16, 3, 2), nn.ReLU(), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.Flatten())
        with torch.no_grad():
            n = self.conv(torch.zeros(1, c, h, w)).shape[1]
        self.fc = nn.Linear(n, 128)
        self.n_actions = n_actions
        self.core = nn.LSTM(128 + n_actions + 1, 128)
        self.policy = nn.Linear(128, n_actions)
        self.baseline = nn.Linear(128, 1)

    def initial_state(self, batch_size=1):
        return tuple(torch.zeros(1, batch_size, 128) for _ in range(2))

    def forward(self, inputs, core_state):
        x = inputs["frame"]
        T, B = x.shape[:2]
        x = F.relu(self.fc(self.conv(x.flatten(0, 1).float() / 255.0)))
        one_hot = F.one_hot(inputs["last_action"].view(T * B), self.n_actions).float()
        reward = inputs["reward"].clamp(-1, 1).view(T * B, 1)
        x = torch.cat([x, reward, one_hot], dim=-1).view(T, B, -1)
        outs = []
        for xt, nd in zip(x.unbind(), (~inputs["done"]).float().unbind()):
            nd = nd.view(1, -1, 1)
            core_state = tuple(nd * s for s in core_state)
            y, core_state = self.core(xt.unsqueeze(0), core_state)
            outs.append(y)
        y = torch.flatten(torch.cat(outs), 0, 1)
        logits, base = self.policy(y), self.baseline(y)
        if self.training:
            action = torch.multinomial(F.softmax(logits, 1), 1)
        else:
            action = logits.argmax(1)
        return dict(logits=logits.view(T, B, -1), baseline=base.view(T, B), action=action.view(T, B)), core_state
