from dataclasses import dataclass, field


@dataclass
class PaperBroker:
    fee: float = 2e-4
    position: int = 0
    equity: float = 1.0
    last_price: float | None = None
    fills: list = field(default_factory=list)

    def mark(self, price):
        if self.last_price is not None:
            self.equity *= 1.0 + self.position * (price / self.last_price - 1.0)
        self.last_price = price

    def target(self, when, position, price):
        turnover = abs(position - self.position)
        if turnover:
            self.equity *= 1.0 - self.fee * turnover
            self.fills.append((when, self.position, position, price))
        self.position = position
