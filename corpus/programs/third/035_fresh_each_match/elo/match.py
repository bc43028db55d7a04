from .connect import Connect4
from .players import NetPlayer, RandomPlayer

PLANES = 2 * Connect4.ROWS * Connect4.COLS


def seat(entry):
    if entry == "random":
        return RandomPlayer()
    return NetPlayer(PLANES, Connect4.COLS).load(entry)


def match(first, second):
    """1.0, 0.5 or 0.0 from the first entry's point of view."""
    game = Connect4()
    players = {1: seat(first), -1: seat(second)}
    while game.winner is None:
        game.play(players[game.turn].move(game.view(), game.legal()))
    return {1: 1.0, 0: 0.5, -1: 0.0}[game.winner]
