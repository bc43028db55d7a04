import sys

import pandas as pd
import torch

from model import NextEpisode


@torch.no_grad()
def main(ckpt, csv, listener, k=10):
    model = NextEpisode.load_from_checkpoint(ckpt, map_location="cpu").eval()
    df = pd.read_csv(csv).sort_values("time")
    mine = df[df["listener"] == listener]
    if mine.empty:
        sys.exit(f"no history for {listener}")
    ids = torch.tensor([mine["episode"].to_list()])
    completion = torch.tensor([mine["completion"].to_list()], dtype=torch.float32)
    logits, _ = model(ids, completion)
    scores = logits[0, -1]
    scores[ids[0]] = -torch.inf
    for episode in scores.topk(k).indices.tolist():
        print(episode)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
