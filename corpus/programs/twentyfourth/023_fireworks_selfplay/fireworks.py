import random


class Fireworks:
    """Two players, 3 colours with ranks 1-3, hands of 3. Actions: play 0-2, discard 3-5, hint colour 6-8, hint rank 9-11."""

    n_actions = 12
    n_obs = 3 + 2 + 3 * 6 + 3 * 6

    def reset(self):
        self.deck = [(c, r) for c in range(3) for r in (0, 0, 1, 1, 2)]
        random.shuffle(self.deck)
        self.hands = [[self.deck.pop() for _ in range(3)] for _ in range(2)]
        self.told = [[[0] * 6 for _ in range(3)] for _ in range(2)]
        self.table, self.hints, self.lives, self.left = [0, 0, 0], 5, 2, 2
        return self.obs(0)

    def obs(self, p):
        o = [t / 3 for t in self.table] + [self.hints / 5, self.lives / 2]
        for card in self.hands[1 - p]:
            o += [float(card[0] == c) for c in range(3)] + [float(card[1] == r) for r in range(3)]
        for known in self.told[p]:
            o += [float(k) for k in known]
        return o

    def _draw(self, p, i):
        self.hands[p][i] = self.deck.pop() if self.deck else random.choice([(c, 0) for c in range(3)])
        self.told[p][i] = [0] * 6

    def step(self, p, a):
        reward = 0.0
        if a < 3:
            c, r = self.hands[p][a]
            if self.table[c] == r:
                self.table[c] += 1
                reward = 1.0
            else:
                self.lives -= 1
                reward = -0.3
            self._draw(p, a)
        elif a < 6:
            self.hints = min(5, self.hints + 1)
            self._draw(p, a - 3)
        elif self.hints:
            self.hints -= 1
            kind, value = divmod(a - 6, 3)
            for card, known in zip(self.hands[1 - p], self.told[1 - p]):
                if card[kind] == value:
                    known[3 * kind + value] = 1
        else:
            reward = -0.1
        if not self.deck:
            self.left -= 1
        done = self.lives == 0 or self.left < 0 or sum(self.table) == 9
        return self.obs(1 - p), reward, done
