import logging

log = logging.getLogger(__name__)


class PaperBroker:
    def __init__(self, cash, fee=0.0004):
        self.cash, self.fee = cash, fee
        self.units = {}

    async def move_to(self, symbol, target, price):
        held = self.units.get(symbol, 0.0)
        equity = self.cash + sum(u * price for s, u in self.units.items() if s == symbol)
        want = target * equity * 0.2 / price
        delta = want - held
        if abs(delta * price) < 10:
            return
        self.cash -= delta * price + abs(delta * price) * self.fee
        self.units[symbol] = want
        log.info("%s %+.5f @ %.2f, cash %.2f", symbol, delta, price, self.cash)
