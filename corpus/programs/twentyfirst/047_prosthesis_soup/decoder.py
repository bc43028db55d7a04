import torch.nn as nn


class FingerDecoder(nn.Module):
    def __init__(self, channels=8, joints=5, hidden=100, layers=2):
        super().__init__()
        self.lstm = nn.LSTM(channels, hidden, layers, batch_first=True, dropout=0.2)
        self.out = nn.Linear(hidden, joints)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.out(y)
