import torch
import torch.nn as nn

MOVES = ["correct_gently", "ask_more", "new_topic", "repeat_slowly", "praise", "explain_grammar"]


class TurnPolicy(nn.Module):
    """Chooses what the practice partner does next. Trained with REINFORCE on logged lessons."""

    def __init__(self, n_features=24, hidden=80):
        super().__init__()
        self.embed = nn.Linear(n_features, hidden)
        self.lstm = nn.LSTMCell(hidden, hidden)
        self.out = nn.Linear(hidden, len(MOVES))
        self.hidden = hidden

    def initial(self):
        return (torch.zeros(1, self.hidden), torch.zeros(1, self.hidden))

    def forward(self, feats, state):
        h, c = self.lstm(torch.relu(self.embed(feats)), state)
        return self.out(h), (h, c)


def features(text, seconds, errors):
    v = torch.zeros(1, 24)
    for word in text.lower().split():
        v[0, sum(map(ord, word)) % 20] += 1.0
    v[0, 20] = len(text.split()) / 20
    v[0, 21] = seconds / 60
    v[0, 22] = errors / 5
    v[0, 23] = float(text.endswith("?"))
    return v
