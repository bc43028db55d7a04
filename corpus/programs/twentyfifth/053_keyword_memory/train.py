import argparse
import random

import torch
import torch.nn.functional as F
import torchaudio

from spotter import KEYWORDS, N_MEL, KeywordSpotter

CHUNK = 10


def load(root, subset, mel):
    data = torchaudio.datasets.SPEECHCOMMANDS(root, download=True, subset=subset)
    items = []
    for wave, rate, label, *_ in data:
        y = KEYWORDS.index(label) if label in KEYWORDS else 0
        if y == 0 and random.random() > 0.1:
            continue
        items.append((torch.log(mel(wave) + 1e-5)[0].T, y))
    return items


def accuracy(model, items):
    model.eval()
    good = 0
    with torch.no_grad():
        for feats, y in items:
            model.reset()
            for chunk in feats.split(CHUNK):
                logits = model(chunk.unsqueeze(0))
            good += int(logits[0, -1].argmax() == y)
    return good / len(items)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--root", default="data")
    ap.add_argument("--epochs", type=int, default=8)
    ap.add_argument("--accumulate", type=int, default=32)
    ap.add_argument("--out", default="spotter.pt")
    args = ap.parse_args()
    mel = torchaudio.transforms.MelSpectrogram(16000, n_fft=400, hop_length=160, n_mels=N_MEL)
    train, val = load(args.root, "training", mel), load(args.root, "validation", mel)
    model = KeywordSpotter()
    opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for epoch in range(args.epochs):
        model.train()
        random.shuffle(train)
        for i, (feats, y) in enumerate(train, 1):
            model.reset()
            for chunk in feats.split(CHUNK):
                logits = model(chunk.unsqueeze(0))
                target = torch.full((logits.shape[1],), y)
                (F.cross_entropy(logits[0], target) / args.accumulate).backward()
            if i % args.accumulate == 0:
                opt.step()
                opt.zero_grad()
        print(epoch, accuracy(model, val))
        torch.save(model.state_dict(), args.out)


if __name__ == "__main__":
    main()
