import copy
import random

import torch

import board
from net import PawnNet


class Ladder:
    def __init__(self):
        self.players = []
        self.elo = 1200.0

    def add(self, net):
        self.players.append({"id": len(self.players), "sd": copy.deepcopy(net.state_dict()), "elo": self.elo})

    def draw(self):
        close = sorted(self.players, key=lambda p: abs(p["elo"] - self.elo))
        return random.choice(close[:6])

    def game_over(self, p, won):
        e = 1 / (1 + 10 ** ((p["elo"] - self.elo) / 400))
        self.elo += 16 * (won - e)
        p["elo"] -= 16 * (won - e)


class FogPawnEnv:
    """The learner moves first or second; the other side is played by somebody of the ladder.

    Every `relay` moves another player takes the other side's seat, so that the
    learner does not get used to one style within a game.
    """

    def __init__(self, ladder, relay=8):
        self.ladder, self.relay = ladder, relay
        self.opp = PawnNet()
        self.opp.eval()

    def seat(self, player):
        self.sitting = player
        self.opp.load_state_dict(player["sd"])

    def reset(self):
        self.seat(self.ladder.draw())
        self.opp_hc = self.opp.zero()
        self.b = board.start()
        self.moves = 0
        if random.random() < 0.5:
            self._reply()
        return board.view(self.b), board.legal(self.b)

    def _reply(self):
        b = board.turn(self.b)
        with torch.no_grad():
            pi, _, self.opp_hc = self.opp(board.view(b), board.legal(b), self.opp_hc)
        b, won = board.move(b, pi.sample())
        self.b = board.turn(b)
        return won

    def step(self, a):
        self.b, won = board.move(self.b, a)
        self.moves += 1
        if won:
            self.ladder.game_over(self.sitting, 1.0)
            return None, 1.0, True
        if self.moves % self.relay == 0:
            self.seat(self.ladder.draw())
        if self._reply():
            self.ladder.game_over(self.sitting, 0.0)
            return None, -1.0, True
        return (board.view(self.b), board.legal(self.b)), 0.0, False
