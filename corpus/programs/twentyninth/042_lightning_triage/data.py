import torch
from torch.utils.data import DataLoader, Dataset

N_FEAT, N_ACT = 12, 4


class Chunks(Dataset):
    """Logged decisions of a ward, cut in chunks of T steps; chunk k+1 of a lane follows chunk k of that lane."""

    def __init__(self, path, lanes, T):
        blob = torch.load(path)
        n = blob["x"].shape[0] // (lanes * T)
        cut = lambda t: t[: n * lanes * T].reshape(lanes, n, T, *t.shape[1:]).transpose(0, 1)
        self.x, self.a, self.ret, self.first = (cut(blob[k]) for k in ("x", "a", "ret", "first"))

    def __len__(self):
        return self.x.shape[0]

    def __getitem__(self, k):
        return self.x[k], self.a[k], self.ret[k], self.first[k]


def loaders(train, val, lanes, T):
    mk = lambda p: DataLoader(Chunks(p, lanes, T), batch_size=None, shuffle=False)
    return mk(train), mk(val)
