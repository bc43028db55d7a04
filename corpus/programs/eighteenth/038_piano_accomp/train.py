import argparse
import random

import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pad_sequence

from accompanist import PAD, Accompanist


def batches(pieces, size):
    random.shuffle(pieces)
    for i in range(0, len(pieces), size):
        part = pieces[i:i + size]
        notes = pad_sequence([p["notes"] for p in part], True, PAD)
        timing = pad_sequence([p["timing"] for p in part], True, 0.0)
        chords = pad_sequence([p["chords"] for p in part], True, -100)
        yield notes, timing, chords


def demo(net, piece, length=24):
    net.forget()
    played = []
    for note, (gap, vel) in zip(piece["notes"][:length].tolist(), piece["timing"][:length].tolist()):
        played.append(net.listen(note, gap, vel * 127))
    return played


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("data")
    ap.add_argument("--epochs", type=int, default=60)
    ap.add_argument("--batch", type=int, default=16)
    ap.add_argument("--out", default="accompanist.pt")
    args = ap.parse_args()

    pieces = torch.load(args.data)
    held_out, pieces = pieces[:20], pieces[20:]
    net = Accompanist()
    opt = torch.optim.AdamW(net.parameters(), 1e-3)
    for epoch in range(args.epochs):
        net.train()
        total = 0.0
        for notes, timing, chords in batches(pieces, args.batch):
            loss = F.cross_entropy(net(notes, timing).transpose(1, 2), chords)
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
            total += loss.item()
        net.eval()
        print(epoch, f"{total:.2f}", demo(net, random.choice(held_out)))
        torch.save(net.state_dict(), args.out)


if __name__ == "__main__":
    main()
