import copy
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

N_SKILLS = 120


class Tracer(nn.Module):
    """Knowledge tracing: which skills does the learner have after what we saw."""

    def __init__(self, hidden):
        super().__init__()
        self.embed = nn.Embedding(2 * N_SKILLS, hidden)
        self.lstm = nn.LSTM(hidden, hidden, batch_first=True)
        self.head = nn.Linear(hidden, N_SKILLS)

    def forward(self, events, hc=None):
        y, hc = self.lstm(self.embed(events), hc)
        return self.head(y), hc


class Distiller:
    """Big teacher is trained offline every night, the student imitates it on the day's logs."""

    def __init__(self, teacher_path, hidden=64, temperature=2.0):
        self.teacher = Tracer(512).eval()
        self.teacher.load_state_dict(torch.load(teacher_path))
        self.student = Tracer(hidden)
        self.opt = torch.optim.Adam(self.student.parameters(), lr=2e-3)
        self.T = temperature

    def fit(self, batch):
        with torch.no_grad():
            soft = torch.sigmoid(self.teacher(batch)[0] / self.T)
        logits, _ = self.student(batch)
        loss = F.binary_cross_entropy_with_logits(logits / self.T, soft)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return loss.item()


class PocketTutor:
    def __init__(self, distiller, idle=1800.0):
        self.net = copy.deepcopy(distiller.student).eval()
        self.distiller = distiller
        self.idle = idle
        self.memory = {}
        self.seen = {}
        self.mastery = {}

    def answer(self, learner, skill, correct):
        event = torch.tensor([[skill + N_SKILLS * int(correct)]])
        with torch.no_grad():
            logits, hc = self.net(event, self.memory.get(learner))
        self.memory[learner] = hc
        self.seen[learner] = time.time()
        self.mastery[learner] = torch.sigmoid(logits[0, -1])
        return self.next_skill(learner)

    def next_skill(self, learner, target=0.6):
        p = self.mastery.get(learner)
        if p is None:
            return 0
        return int((p - target).abs().argmin())

    def publish(self):
        self.net.load_state_dict(self.distiller.student.state_dict())
        now = time.time()
        for learner in [k for k, t in self.seen.items() if now - t > self.idle]:
            self.memory.pop(learner, None)
            self.mastery.pop(learner, None)
            del self.seen[learner]
