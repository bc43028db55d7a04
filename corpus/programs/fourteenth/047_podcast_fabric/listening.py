import json

import torch


def read_histories(path):
    """One json list of show ids per line, in listening order."""
    with open(path) as f:
        return [json.loads(line) for line in f]


class ParallelListeners:
    """n lanes, each lane plays one listener after another; a chunk never spans two listeners."""

    def __init__(self, histories, lanes, chunk, pad=0):
        self.lanes, self.chunk, self.pad = lanes, chunk, pad
        self.histories = [h for h in histories if len(h) > 2]

    def __iter__(self):
        order = iter(torch.randperm(len(self.histories)).tolist())
        queue = [[] for _ in range(self.lanes)]
        while True:
            rows, fresh = [], []
            for lane in range(self.lanes):
                new = len(queue[lane]) < 2
                if new:
                    nxt = next(order, None)
                    if nxt is None:
                        return
                    queue[lane] = list(self.histories[nxt])
                part = queue[lane][: self.chunk + 1]
                queue[lane] = queue[lane][self.chunk:]
                rows.append(part + [self.pad] * (self.chunk + 1 - len(part)))
                fresh.append(new)
            rows = torch.tensor(rows)
            yield rows[:, :-1], rows[:, 1:], torch.tensor(fresh)
