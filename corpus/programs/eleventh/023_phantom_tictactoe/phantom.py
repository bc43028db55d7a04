import torch

LINES = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


class PhantomTicTacToe:
    """Neither side sees the other's marks; a try on a taken field is refused and one tries again."""

    def __init__(self):
        self.board = [0] * 9
        self.known = {1: [0] * 9, -1: [0] * 9}
        self.refused = {1: 0.0, -1: 0.0}
        self.turn = 1
        self.winner = None

    def view(self, side):
        known = torch.tensor(self.known[side], dtype=torch.float32)
        return torch.cat([(known == 1).float(), (known == -1).float(), torch.tensor([self.refused[side], float(side)])])

    def mask(self, side):
        known = torch.tensor(self.known[side])
        return torch.where(known == 0, 0.0, float("-inf"))

    def attempt(self, field):
        side = self.turn
        if self.board[field] != 0:
            self.known[side][field] = -1
            self.refused[side] = 1.0
            return
        self.board[field] = side
        self.known[side][field] = 1
        self.refused[side] = 0.0
        if any(all(self.board[i] == side for i in line) for line in LINES):
            self.winner = side
        elif 0 not in self.board:
            self.winner = 0
        self.turn = -side
