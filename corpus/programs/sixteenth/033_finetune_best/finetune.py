import copy
import logging
import math
from pathlib import Path

import torch
import torch.nn as nn

log = logging.getLogger("finetune")

BPTT = 64
BATCH = 16
EVAL_EVERY = 200
PATIENCE = 4


class CharLM(nn.Module):
    def __init__(self, vocab, emb=64, hid=256, layers=2, drop=0.2):
        super().__init__()
        self.emb = nn.Embedding(vocab, emb)
        self.lstm = nn.LSTM(emb, hid, layers, dropout=drop)
        self.drop = nn.Dropout(drop)
        self.dec = nn.Linear(hid, vocab)

    def forward(self, tok, state=None):
        y, state = self.lstm(self.drop(self.emb(tok)), state)
        return self.dec(self.drop(y)), state


def batchify(text, stoi):
    ids = torch.tensor([stoi[c] for c in text if c in stoi])
    n = ids.numel() // BATCH
    return ids[: n * BATCH].view(BATCH, n).t().contiguous()


def chunks(data):
    for i in range(0, data.size(0) - 1, BPTT):
        n = min(BPTT, data.size(0) - 1 - i)
        yield data[i:i + n], data[i + 1:i + 1 + n]


@torch.no_grad()
def evaluate(model, data, crit):
    model.eval()
    total, count, state = 0.0, 0, None
    for x, y in chunks(data):
        logits, state = model(x, state)
        total += crit(logits.flatten(0, 1), y.flatten()).item() * y.numel()
        count += y.numel()
    model.train()
    return total / count


def repackage(state):
    return tuple(s.detach() for s in state)


def finetune(model, train, valid, epochs=5, lr=5e-4):
    crit = nn.CrossEntropyLoss()
    opt = torch.optim.AdamW(model.parameters(), lr=lr)
    best_loss = evaluate(model, valid, crit)
    best = copy.deepcopy(model.state_dict())
    log.info("before fine-tuning: ppl %.2f", math.exp(best_loss))
    step, bad = 0, 0
    for epoch in range(epochs):
        state = None
        for x, y in chunks(train):
            if state is not None:
                state = repackage(state)
            logits, state = model(x, state)
            loss = crit(logits.flatten(0, 1), y.flatten())
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 0.5)
            opt.step()
            step += 1
            if step % EVAL_EVERY:
                continue
            val = evaluate(model, valid, crit)
            log.info("epoch %d step %d val ppl %.2f", epoch, step, math.exp(val))
            if val < best_loss:
                best_loss, bad = val, 0
                best = copy.deepcopy(model.state_dict())
            else:
                bad += 1
                if bad >= PATIENCE:
                    log.info("no progress, back to best and half the rate")
                    model.load_state_dict(best)
                    for g in opt.param_groups:
                        g["lr"] *= 0.5
                    bad = 0
    return best, best_loss


def main():
    logging.basicConfig(level=logging.INFO)
    ck = torch.load("pretrained/char_lm.pt", map_location="cpu")
    model = CharLM(len(ck["stoi"]))
    model.load_state_dict(ck["model"])
    text = Path("data/letters.txt").read_text(encoding="utf-8")
    cut = int(0.9 * len(text))
    best, loss = finetune(model, batchify(text[:cut], ck["stoi"]), batchify(text[cut:], ck["stoi"]))
    torch.save({"model": best, "stoi": ck["stoi"], "loss": loss}, "letters_lm.pt")


if __name__ == "__main__":
    main()
