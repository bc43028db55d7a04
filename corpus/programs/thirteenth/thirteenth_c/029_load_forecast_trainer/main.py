import numpy as np
import torch
from torch import nn

from hooks import BackToBest, JsonLog
from trainer import Trainer


class LoadNet(nn.Module):
    def __init__(self, n_feat=6, hidden=128, layers=2):
        super().__init__()
        self.lstm = nn.LSTM(n_feat, hidden, layers, dropout=0.1)
        self.head = nn.Linear(hidden, 1)

    def forward(self, x, state=None):
        y, state = self.lstm(x, state)
        return self.head(y), state


if __name__ == "__main__":
    data = torch.from_numpy(np.load("meters_2019_2022.npy")).float()   # [T, meters, 6]
    split = int(len(data) * 0.9)
    mean, std = data[:split].mean((0, 1)), data[:split].std((0, 1))
    data = (data - mean) / std

    model = LoadNet()
    opt = torch.optim.AdamW(model.parameters(), lr=1e-3)
    trainer = Trainer(model, opt, data[:split], data[split:],
                      hooks=[JsonLog("log.jsonl"), BackToBest(patience=3)])
    trainer.fit(epochs=20)
    torch.save(model.state_dict(), "loadnet.pt")
