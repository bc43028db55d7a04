import pandas as pd
import torch
from torch.utils.data import DataLoader, IterableDataset

CHUNK = 16


class StreamChunks(IterableDataset):
    """Yields (episodes, completion, next, starts) for `width` listeners side by side, chunk after chunk."""

    def __init__(self, csv: str, width: int):
        df = pd.read_csv(csv).sort_values(["listener", "time"])
        self.people = [
            (g["episode"].to_list(), g["completion"].to_list()) for _, g in df.groupby("listener") if len(g) > CHUNK
        ]
        self.width = width

    def __iter__(self):
        for i in range(0, len(self.people) - self.width + 1, self.width):
            group = self.people[i:i + self.width]
            n_chunks = (max(len(e) for e, _ in group) - 1 + CHUNK - 1) // CHUNK
            length = n_chunks * CHUNK + 1
            ids = torch.zeros(self.width, length, dtype=torch.long)
            done = torch.zeros(self.width, length)
            for row, (e, c) in enumerate(group):
                ids[row, :len(e)] = torch.tensor(e)
                done[row, :len(c)] = torch.tensor(c, dtype=torch.float32)
            for k in range(n_chunks):
                s = slice(k * CHUNK, (k + 1) * CHUNK)
                nxt = slice(k * CHUNK + 1, (k + 1) * CHUNK + 1)
                yield ids[:, s], done[:, s], ids[:, nxt], k == 0


def loader(csv: str, width: int) -> DataLoader:
    return DataLoader(StreamChunks(csv, width), batch_size=None)
