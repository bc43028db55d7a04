"""Very small surface movement model: a grid of taxiways, gates on the far side."""
import random
from dataclasses import dataclass

COLS, ROWS = 8, 5
HOLD, AHEAD, UP, DOWN = range(4)


@dataclass
class Flight:
    callsign: str
    gate_row: int
    col: int = 0
    row: int = 2
    waited: int = 0

    @property
    def parked(self):
        return self.col >= COLS - 1 and self.row == self.gate_row


class Airport:
    def __init__(self, rate=0.4, seed=None):
        self.rng = random.Random(seed)
        self.rate = rate
        self.count = 0
        self.flights = {}

    def open(self):
        self.flights.clear()
        self.minute = 0

    def occupied(self, col, row):
        return any((f.col, f.row) == (col, row) for f in self.flights.values())

    def landings(self):
        if self.rng.random() < self.rate and not self.occupied(0, 2):
            self.count += 1
            f = Flight(f"AX{self.count:04d}", self.rng.randrange(ROWS))
            self.flights[f.callsign] = f

    def features(self, f):
        near = [(f.col + 1, f.row), (f.col, f.row - 1), (f.col, f.row + 1)]
        return ([f.col / COLS, f.row / ROWS, (f.gate_row - f.row) / ROWS, f.waited / 10.0]
                + [float(self.occupied(*p)) for p in near] + [len(self.flights) / 10.0])

    def move(self, f, action):
        dc, dr = {HOLD: (0, 0), AHEAD: (1, 0), UP: (0, -1), DOWN: (0, 1)}[action]
        col, row = min(f.col + dc, COLS - 1), max(0, min(f.row + dr, ROWS - 1))
        if (col, row) != (f.col, f.row) and not self.occupied(col, row):
            f.col, f.row, f.waited = col, row, 0
        else:
            f.waited += 1

    def clear_gates(self):
        done = [f.callsign for f in self.flights.values() if f.parked]
        for cs in done:
            del self.flights[cs]
        return done
