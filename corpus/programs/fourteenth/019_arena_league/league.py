import numpy as np


class League:
    """Main player against its own past, opponents are picked by how often they still win."""

    def __init__(self, rng, max_players=40):
        self.rng = rng
        self.max_players = max_players
        self.players = []
        self.wins = []
        self.games = []

    def freeze(self, learner):
        self.players.append({"step": learner.updates, "weights": learner.net.state_dict()})
        self.wins.append(1.0)
        self.games.append(2.0)
        if len(self.players) > self.max_players:
            for lst in (self.players, self.wins, self.games):
                del lst[0]

    def pick(self):
        hard = np.array(self.wins) / np.array(self.games)
        p = hard ** 2 + 1e-3
        return int(self.rng.choice(len(p), p=p / p.sum()))

    def report(self, idx, result):
        self.games[idx] += 1
        self.wins[idx] += 1.0 if result < 0 else 0.5 if result == 0 else 0.0

    def table(self):
        return [(p["step"], round(w / g, 2)) for p, w, g in zip(self.players, self.wins, self.games)]
