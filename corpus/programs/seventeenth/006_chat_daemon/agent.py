from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

BOS, EOS, SEP = 1, 2, 3


class TurnModel(nn.Module):
    """Reads the user's bytes, writes the answer's bytes; one LSTM for both."""

    def __init__(self, vocab=260, emb=64, hidden=512, layers=2):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hidden, num_layers=layers, batch_first=True)
        self.proj = nn.Linear(hidden, vocab)

    def forward(self, ids, state=None):
        out, state = self.lstm(self.emb(ids), state)
        return self.proj(out[:, -1]), state


def load_model(path):
    blob = torch.load(path, map_location="cpu")
    model = TurnModel(**blob["config"])
    model.load_state_dict(blob["weights"])
    return model.eval()


@dataclass
class Conversation:
    state: tuple = None
    turns: int = 0
    log: list = field(default_factory=list)


class DialogueAgent:
    def __init__(self, model_dir, temperature=0.8):
        self.model_dir = Path(model_dir)
        self.temperature = temperature
        self.conversations = {}
        self.path = self.newest()
        self.model = load_model(self.path)

    def newest(self):
        return max(self.model_dir.glob("*.pt"), key=lambda p: p.stat().st_mtime)

    def refresh(self):
        path = self.newest()
        if path == self.path:
            return False
        self.model = load_model(path)
        self.path = path
        return True

    @torch.inference_mode()
    def reply(self, who, text, limit=200):
        conv = self.conversations.setdefault(who, Conversation())
        ids = [BOS] + [b + 4 for b in text.encode()] + [SEP]
        logits, state = self.model(torch.tensor([ids]), conv.state)
        out = []
        while len(out) < limit:
            probs = torch.softmax(logits / self.temperature, -1)
            tok = torch.multinomial(probs, 1)
            logits, state = self.model(tok, state)
            if tok.item() == EOS:
                break
            out.append(tok.item())
        conv.state = state
        conv.turns += 1
        answer = bytes(t - 4 for t in out if t >= 4).decode(errors="replace")
        conv.log.append((text, answer))
        return answer

    def close(self, who):
        self.conversations.pop(who, None)
