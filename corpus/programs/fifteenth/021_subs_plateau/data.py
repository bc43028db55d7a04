import json
import random

import torch
from torch.nn.utils.rnn import pad_sequence

# token classes: 0 = go on, 1 = line break, 2 = new subtitle


class Cues:
    def __init__(self, path, vocab):
        self.items = []
        with open(path, encoding="utf-8") as f:
            for line in f:
                d = json.loads(line)
                ids = [vocab.setdefault(w.lower(), len(vocab)) for w in d["words"]]
                self.items.append((torch.tensor(ids), torch.tensor(d["durations"]), torch.tensor(d["breaks"])))

    def batches(self, size, shuffle=True):
        order = list(range(len(self.items)))
        if shuffle:
            random.shuffle(order)
        for i in range(0, len(order), size):
            ids, dur, y = zip(*(self.items[j] for j in order[i:i + size]))
            yield (pad_sequence(ids, True), pad_sequence(dur, True), pad_sequence(y, True, padding_value=-100))
