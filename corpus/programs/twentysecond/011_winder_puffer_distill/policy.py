import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


class LSTMWrapper(nn.Module):
    def __init__(self, obs=5, act=9, hidden=128):
        super().__init__()
        self.hidden_size = hidden
        self.encoder = nn.Linear(obs, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.decoder = nn.Linear(hidden, act)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs, state):
        h, c = self.cell(F.gelu(self.encoder(obs)), (state[0], state[1]))
        return self.decoder(h), self.value(h).squeeze(-1), (h, c)

    def unroll(self, obs, done, state):
        """obs (T,N,*), done (T,N): done before this obs"""
        logits, values = [], []
        for t in range(obs.shape[0]):
            keep = (1 - done[t]).unsqueeze(-1)
            state = (state[0] * keep, state[1] * keep)
            lg, v, state = self.forward(obs[t], state)
            logits.append(lg)
            values.append(v)
        return torch.stack(logits), torch.stack(values)


class Distiller:
    def __init__(self, teacher, lr=1e-3):
        self.teacher = teacher
        self.student = LSTMWrapper(hidden=teacher.hidden_size)
        self.opt = torch.optim.Adam(self.student.parameters(), lr=lr)
        self.kl = float("inf")

    def fit(self, obs, done, state, teacher_logits):
        zeros = tuple(torch.zeros_like(s) for s in state)
        logits, _ = self.student.unroll(obs, done, zeros)
        kl = F.kl_div(logits.log_softmax(-1), teacher_logits.log_softmax(-1), log_target=True,
                      reduction="none").sum(-1).mean()
        self.opt.zero_grad()
        kl.backward()
        self.opt.step()
        self.kl = kl.item() if self.kl == float("inf") else 0.95 * self.kl + 0.05 * kl.item()

    def promote(self, trainer):
        trainer.policy = copy.deepcopy(self.student)
        trainer.optimizer = torch.optim.Adam(trainer.policy.parameters(), lr=trainer.lr)
        self.kl = float("inf")
