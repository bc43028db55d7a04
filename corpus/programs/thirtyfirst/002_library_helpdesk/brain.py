from __future__ import annotations

import io
from typing import NamedTuple

import sentencepiece as spm
import torch
import torch.nn as nn
import torch.nn.functional as F


class Reading(NamedTuple):
    context: torch.Tensor      # (1, 1, width) what the encoder has kept of the conversation
    intent: int
    confidence: float


class IntentGRU(nn.Module):
    def __init__(self, pieces: int, intents: int, width: int = 192):
        super().__init__()
        self.emb = nn.EmbeddingBag(pieces, width, mode="mean")
        self.turns = nn.GRU(width, width)
        self.out = nn.Linear(width, intents)

    def blank(self) -> torch.Tensor:
        return torch.zeros(1, 1, self.turns.hidden_size)

    def forward(self, pieces: torch.Tensor, context: torch.Tensor):
        sentence = self.emb(pieces.unsqueeze(0)).unsqueeze(0)
        y, context = self.turns(sentence, context)
        return self.out(y[-1]), context


class Brain:
    """The network of one build together with its tokenizer and its intent names."""

    def __init__(self, tokenizer: str, intents: list[str]):
        self.sp = spm.SentencePieceProcessor(model_file=tokenizer)
        self.intents = intents
        self.net = IntentGRU(self.sp.get_piece_size(), len(intents))
        self.net.eval()
        self.build = 0

    def take(self, payload: bytes, build: int) -> None:
        self.net.load_state_dict(torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True))
        self.build = build

    @torch.inference_mode()
    def read(self, text: str, context: torch.Tensor) -> Reading:
        pieces = torch.tensor(self.sp.encode(text) or [0])
        logits, context = self.net(pieces, context)
        p = F.softmax(logits[0], dim=-1)
        best = int(p.argmax())
        return Reading(context, best, float(p[best]))

    def reread(self, texts: list[str]) -> torch.Tensor:
        context = self.net.blank()
        for text in texts:
            context = self.read(text, context).context
        return context
