#!/usr/bin/env python3
"""Small UCI engine for crazyhouse: recurrent move scorer with one net per game phase."""
import sys

import chess
import chess.variant
import torch
import torch.nn.functional as F
from torch import nn

PIECES = "PNBRQKpnbrqk"


def planes(board):
    x = torch.zeros(12 * 64 + 10)
    for sq, pc in board.piece_map().items():
        x[PIECES.index(pc.symbol()) * 64 + sq] = 1
    for side in (chess.WHITE, chess.BLACK):
        for i, pt in enumerate((chess.PAWN, chess.KNIGHT, chess.BISHOP, chess.ROOK, chess.QUEEN)):
            x[768 + 5 * int(side) + i] = board.pockets[side].count(pt) / 4
    return x[None]


class Scorer(nn.Module):
    def __init__(self, hid=256):
        super().__init__()
        self.hid = hid
        self.embed = nn.Linear(778, hid)
        self.memory = nn.LSTMCell(hid, hid)
        self.src = nn.Linear(hid, 64)
        self.dst = nn.Linear(hid, 64)

    def forward(self, x, hx, cx):
        hx, cx = self.memory(F.relu(self.embed(x)), (hx, cx))
        return self.src(hx), self.dst(hx), hx, cx


class Engine:
    def __init__(self, net_dir):
        self.net_dir = net_dir
        self.net = Scorer().eval()
        self.new_game()

    def new_game(self):
        self.board = chess.variant.CrazyhouseBoard()
        self.load_phase("opening")
        self.hx = torch.zeros(1, self.net.hid)
        self.cx = torch.zeros(1, self.net.hid)
        self.ply_fed = 0

    def load_phase(self, phase):
        weights = torch.load(f"{self.net_dir}/{phase}.pth", map_location="cpu")
        self.net.load_state_dict(weights)
        self.phase = phase
        print(f"info string phase {phase}", flush=True)

    def phase_of(self, board):
        pocket = sum(len(board.pockets[s]) for s in (chess.WHITE, chess.BLACK))
        if board.fullmove_number <= 10 and pocket < 2:
            return "opening"
        return "attack" if pocket >= 6 else "middle"

    def set_position(self, moves):
        board = chess.variant.CrazyhouseBoard()
        for m in moves:
            board.push_uci(m)
        self.board = board

    @torch.no_grad()
    def best_move(self):
        want = self.phase_of(self.board)
        if want != self.phase:
            self.load_phase(want)
        src, dst, self.hx, self.cx = self.net(planes(self.board), self.hx, self.cx)
        self.ply_fed += 1
        src, dst = src[0].log_softmax(-1), dst[0].log_softmax(-1)

        def score(m):
            if m.drop:
                return dst[m.to_square].item() - 3.0
            return (src[m.from_square] + dst[m.to_square]).item()

        return max(self.board.legal_moves, key=score)


def main(net_dir="nets"):
    engine = Engine(net_dir)
    for line in sys.stdin:
        words = line.split()
        if not words:
            continue
        cmd = words[0]
        if cmd == "uci":
            print("id name pockethorse\noption name UCI_Variant type combo default crazyhouse\nuciok", flush=True)
        elif cmd == "isready":
            print("readyok", flush=True)
        elif cmd == "ucinewgame":
            engine.new_game()
        elif cmd == "position":
            engine.set_position(words[words.index("moves") + 1:] if "moves" in words else [])
        elif cmd == "go":
            print("bestmove", engine.best_move().uci(), flush=True)
        elif cmd == "quit":
            break


if __name__ == "__main__":
    main(*sys.argv[1:])
