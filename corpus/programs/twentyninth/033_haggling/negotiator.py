import torch
import torch.nn as nn
import torch.nn.functional as F

N_WORDS = 24        # offers 0..20, accept, reject, small talk
ACCEPT, REJECT, CHAT = 21, 22, 23


class Listener(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.dim = dim
        self.emb = nn.Embedding(N_WORDS, dim)
        self.gru = nn.GRUCell(dim + 1, dim)

    def forward(self, word, value, opinion):
        return self.gru(torch.cat([self.emb(word), value], -1), opinion)


class Speaker(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.dim = dim
        self.lstm = nn.LSTMCell(dim + 1, dim)
        self.out = nn.Linear(dim, N_WORDS)

    def forward(self, opinion, value, hc):
        h, c = self.lstm(torch.cat([opinion, value], -1), hc)
        return self.out(h), (h, c)


class Negotiator:
    def __init__(self, name):
        self.name = name
        self.listener = Listener()
        self.speaker = Speaker()
        self.sit_down(0.5)

    def sit_down(self, value):
        self.value = torch.tensor([[value]])
        self.opinion = torch.zeros(1, self.listener.dim)
        self.train_of_thought = self._blank_thought()
        self.logps = []

    def _blank_thought(self):
        d = self.speaker.dim
        return torch.zeros(1, d), torch.zeros(1, d)

    def reply(self, word):
        self.opinion = self.listener(torch.tensor([word]), self.value, self.opinion)
        logits, self.train_of_thought = self.speaker(self.opinion, self.value, self.train_of_thought)
        dist = torch.distributions.Categorical(logits=logits)
        w = dist.sample()
        self.logps.append(dist.log_prob(w))
        return int(w)

    def parameters(self):
        return list(self.listener.parameters()) + list(self.speaker.parameters())

    def export(self):
        return {part: {k: v.clone() for k, v in getattr(self, part).state_dict().items()}
                for part in ("listener", "speaker")}

    def become(self, persona):
        self.listener.load_state_dict(persona["listener"])
        self.speaker.load_state_dict(persona["speaker"])
        self.train_of_thought = self._blank_thought()


def reinforce_loss(agent, ret):
    return -(torch.stack(agent.logps).sum() * ret) + 1e-4 * F.mse_loss(agent.opinion, torch.zeros_like(agent.opinion))
