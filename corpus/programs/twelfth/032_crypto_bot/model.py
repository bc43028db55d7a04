import torch
import torch.nn as nn


class CandleLSTM(nn.Module):
    def __init__(self, n_features=5, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(n_features, hidden, batch_first=True)
        self.fc = nn.Linear(hidden, 3)  # sell / hold / buy

    def forward(self, x, memory=None):
        out, memory = self.lstm(x, memory)
        return torch.softmax(self.fc(out[:, -1]), dim=-1), memory


def load_model(path):
    blob = torch.load(path, map_location="cpu")
    model = CandleLSTM(hidden=blob["hidden"])
    model.load_state_dict(blob["weights"])
    model.eval()
    return model, blob["scale"]
