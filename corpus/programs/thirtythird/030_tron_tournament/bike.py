import torch
import torch.nn as nn


class BikeNet(nn.Module):
    def __init__(self, n=40):
        super(BikeNet, self).__init__()
        self.n = n
        self.inp = nn.Linear(9, n)
        self.lstm = nn.LSTMCell(n, n)
        self.turn = nn.Linear(n, 3)

    def forward(self, x, h, c):
        x = torch.relu(self.inp(x))
        h, c = self.lstm(x, (h, c))
        return self.turn(h), h, c


def look(board, x, y, d):
    out = []
    for k in [-1, 0, 1]:
        dx, dy = [(1, 0), (0, 1), (-1, 0), (0, -1)][(d + k) % 4]
        n = 0
        a, b = x + dx, y + dy
        while 0 <= a < len(board) and 0 <= b < len(board) and board[a][b] == 0:
            n += 1
            a += dx
            b += dy
        out.append(n / len(board))
    return out
