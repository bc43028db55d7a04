import random


class BookingUser:
    """Customer who wants a flight; answers are misheard with some probability."""

    SLOTS = ("from", "to", "day", "class")
    VALUES = 5

    def __init__(self, mishear=0.15, patience=24):
        self.mishear, self.patience = mishear, patience
        self.n_obs = len(self.SLOTS) * self.VALUES + 2
        self.n_acts = len(self.SLOTS) + 2  # ask each, read back, book

    def start(self):
        self.want = [random.randrange(self.VALUES) for _ in self.SLOTS]
        self.form = [None] * len(self.SLOTS)
        self.turns = 0
        return self._frame()

    def _frame(self, slot=None, value=None, nod=0.0):
        x = [0.0] * self.n_obs
        if slot is not None:
            x[slot * self.VALUES + value] = 1.0
        x[-2], x[-1] = nod, self.turns / self.patience
        return x

    def reply(self, act):
        self.turns += 1
        tired = self.turns >= self.patience
        if act < len(self.SLOTS):
            v = self.want[act] if random.random() > self.mishear else random.randrange(self.VALUES)
            self.form[act] = v
            return self._frame(act, v), -0.04, tired
        if act == len(self.SLOTS):
            return self._frame(nod=1.0 if self.form == self.want else -1.0), -0.04, tired
        return self._frame(), (1.0 if self.form == self.want else -1.0), True
