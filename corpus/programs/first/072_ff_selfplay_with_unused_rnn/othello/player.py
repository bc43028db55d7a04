import random

import torch

from .models import MODELS


class NetPlayer:
    def __init__(self, kind="resnet", temp=1.0):
        self.net = MODELS[kind]().eval()
        self.temp = temp
        self.state = []

    def observe(self, move):
        self.state.append(move)

    def reset(self):
        self.state = []

    def set_weights(self, w):
        self.net.load_state_dict(w)

    @torch.no_grad()
    def choose(self, board):
        p, _ = self.net(board.planes()[None])
        legal = board.legal_moves()
        w = torch.softmax(p[0, legal] / self.temp, -1)
        return random.choices(legal, weights=w.tolist())[0]
