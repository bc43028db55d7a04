from torch import nn


class ChessLikeNet(nn.Module):
    def __init__(self, planes, moves, hidden=128):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(planes, hidden), nn.ReLU())
        self.lstm = nn.LSTM(hidden, hidden)
        self.out = nn.Linear(hidden, moves)

    def forward(self, x, state):
        y, state = self.lstm(self.enc(x).unsqueeze(0), state)
        return self.out(y.squeeze(0)), state
