import argparse
from pathlib import Path

import torch
from torch import nn

VOCAB = "abcdefghijklmnopqrstuvwxyz '"


class NextLetter(nn.Module):
    """Letter predictor that reads one letter at a time."""

    def __init__(self, hidden=128):
        super().__init__()
        self.embed = nn.Embedding(len(VOCAB), 32)
        self.cell = nn.GRUCell(32, hidden)
        self.out = nn.Linear(hidden, len(VOCAB))
        self.register_buffer("context", torch.zeros(1, hidden))

    def clear(self, batch=1):
        self.context = torch.zeros(batch, self.cell.hidden_size, device=self.context.device)

    def forward(self, letters):
        h = self.cell(self.embed(letters), self.context)
        self.context = h
        return self.out(h)

    def cut(self):
        self.context = self.context.detach()


def encode(text):
    return torch.tensor([VOCAB.index(c) for c in text.lower() if c in VOCAB])


def pretrain(model, text, epochs, out, batch=32, span=40, lr=2e-3):
    ids = encode(text)
    ids, valid = ids[:-5000], ids[-5000:]
    best = float("inf")
    n = ids.numel() // batch
    ids = ids[: n * batch].view(batch, n)
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    for epoch in range(epochs):
        model.clear(batch)
        total, count = 0.0, 0
        for s in range(0, n - span - 1, span):
            model.cut()
            loss = 0.0
            for t in range(s, s + span):
                loss = loss + nn.functional.cross_entropy(model(ids[:, t]), ids[:, t + 1])
            opt.zero_grad()
            (loss / span).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            total += loss.item() / span
            count += 1
        held_out = validate(model, valid)
        print(f"epoch {epoch}: {total / count:.3f}  valid {held_out:.3f}")
        if held_out < best:
            best = held_out
            torch.save(model.state_dict(), out)


@torch.no_grad()
def validate(model, ids):
    model.clear()
    loss = 0.0
    for a, b in zip(ids[:-1], ids[1:]):
        loss += nn.functional.cross_entropy(model(a.view(1)), b.view(1)).item()
    return loss / (len(ids) - 1)


@torch.no_grad()
def press(model, key, k=3):
    logits = model(torch.tensor([VOCAB.index(key)]))
    return [VOCAB[j] for j in logits[0].topk(k).indices.tolist()]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("mode", choices=["train", "type"])
    ap.add_argument("--corpus", type=Path, default=Path("corpus.txt"))
    ap.add_argument("--model", type=Path, default=Path("letters.pt"))
    ap.add_argument("--epochs", type=int, default=10)
    args = ap.parse_args()
    model = NextLetter()
    if args.mode == "train":
        pretrain(model, args.corpus.read_text(), args.epochs, args.model)
        return
    model.load_state_dict(torch.load(args.model, map_location="cpu"))
    model.eval()
    typed = ""
    while True:
        key = input(f"{typed}> ")[:1].lower()
        if key == "":
            break
        if key not in VOCAB:
            continue
        typed += key
        print(press(model, key))


if __name__ == "__main__":
    main()
