import torch


class Hand:
    """One deal, seen from the bot's seat."""

    def __init__(self, net, tag, seat, cards):
        self.net = net
        self.tag = tag
        self.seat = seat
        self.cards = set(cards)
        self.state = (torch.zeros(1, net.width), torch.zeros(1, net.width))

    def suit_of(self, card):
        return card // 13

    def legal(self, led):
        if led is None:
            return sorted(self.cards)
        same = [c for c in self.cards if self.suit_of(c) == self.suit_of(led)]
        return sorted(same or self.cards)

    @torch.no_grad()
    def heard(self, card, seat):
        self.state = self.net.listen(card, seat, self.state)

    @torch.no_grad()
    def play(self, led):
        card = self.net.choose(self.cards, self.legal(led), self.state)
        self.cards.discard(card)
        return card


class Seat:
    def __init__(self, store, number):
        self.store = store
        self.number = number
        self.hand = None
        self.tricks = 0

    def on_message(self, msg):
        kind = msg["type"]
        if kind == "deal":
            net, tag = self.store.newest()
            self.hand = Hand(net, tag, self.number, msg["cards"])
            return {"type": "ready", "brain": tag}
        if self.hand is None:
            return {"type": "error", "text": "no deal"}
        if kind == "played":
            self.hand.heard(msg["card"], msg["seat"])
            return None
        if kind == "turn":
            return {"type": "play", "card": self.hand.play(msg.get("led"))}
        if kind == "scored":
            self.tricks += msg["tricks"][self.number]
            self.hand = None
            return None
        return {"type": "error", "text": "unknown " + str(kind)}
