import argparse

import torch

from tunes import vocab
from tunes.model import TuneLSTM, compose
from tunes.reward import score

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoints", nargs="+")
    ap.add_argument("-n", type=int, default=8)
    args = ap.parse_args()
    model = TuneLSTM(with_value=True).eval()
    for path in args.checkpoints:
        model.load_state_dict(torch.load(path, map_location="cpu")["model"])
        for row in compose(model, args.n, 96, temperature=0.9):
            events = row.tolist()
            names = [str(vocab.pitch(e)) if e >= 4 else "_~."[min(e, 3) - 1] for e in events[1:]]
            print(path, "%.2f" % score(events), " ".join(names))
