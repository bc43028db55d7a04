import torch
import torch.nn as nn


class ResBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c1, self.b1 = nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c)
        self.c2, self.b2 = nn.Conv2d(c, c, 3, padding=1), nn.BatchNorm2d(c)

    def forward(self, x):
        return torch.relu(x + self.b2(self.c2(torch.relu(self.b1(self.c1(x))))))


class ResNet(nn.Module):
    def __init__(self, c=64, n=5):
        super().__init__()
        self.stem = nn.Conv2d(3, c, 3, padding=1)
        self.body = nn.Sequential(*[ResBlock(c) for _ in range(n)])
        self.p = nn.Linear(c * 64, 65)
        self.v = nn.Linear(c * 64, 1)

    def forward(self, x):
        y = self.body(self.stem(x)).flatten(1)
        return self.p(y), torch.tanh(self.v(y))


class MoveLSTM(nn.Module):
    # tried as an alternative, weaker than the resnet
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(66, 64)
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.p = nn.Linear(128, 65)

    def forward(self, moves, state=None):
        y, state = self.lstm(self.emb(moves), state)
        return self.p(y[:, -1]), state


MODELS = {"resnet": ResNet}
