"""Hearts for two with a short deck. A match is seven deals, scores add up."""
import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

N_CARDS = 16
DEALS = 7


class HeartsLadder(gym.Env):
    def __init__(self):
        self.observation_space = spaces.Box(0.0, 1.0, (N_CARDS * 2 + 2,), np.float32)
        self.action_space = spaces.Discrete(N_CARDS)
        self.house = None
        self.house_memory = None
        self.house_first = np.array([True])
        self.wanted = None

    # called through VecEnv.env_method
    def invite(self, path):
        self.wanted = path

    def _seat_house(self):
        if self.wanted is None:
            return
        self.house = RecurrentPPO.load(self.wanted, device="cpu")
        self.wanted = None

    def _deal(self):
        cards = self.np_random.permutation(N_CARDS)
        half = N_CARDS // 2
        self.hands = [set(cards[:half].tolist()), set(cards[half:].tolist())]

    def _obs(self, seat, led):
        hand = np.zeros(N_CARDS)
        hand[list(self.hands[seat])] = 1
        table = np.zeros(N_CARDS)
        if led is not None:
            table[led] = 1
        score = np.array([self.points[seat], self.points[1 - seat]]) / 30.0
        return np.concatenate([hand, table, np.clip(score, 0, 1)]).astype(np.float32)

    def _legal(self, seat, card):
        hand = self.hands[seat]
        return card if card in hand else int(self.np_random.choice(sorted(hand)))

    def _house_card(self, led):
        if self.house is None:
            return int(self.np_random.choice(sorted(self.hands[1])))
        card, self.house_memory = self.house.predict(
            self._obs(1, led), state=self.house_memory, episode_start=self.house_first
        )
        self.house_first = np.array([False])
        return self._legal(1, int(card))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._seat_house()
        self.house_memory = None
        self.house_first = np.array([True])
        self.points = [0, 0]
        self.deals_left = DEALS
        self._deal()
        return self._obs(0, None), {}

    def step(self, action):
        mine = self._legal(0, int(action))
        theirs = self._house_card(mine)
        self.hands[0].discard(mine)
        self.hands[1].discard(theirs)
        pain = sum(1 for c in (mine, theirs) if c % 4 == 0) + 5 * (13 in (mine, theirs))
        loser = 0 if (mine // 4 >= theirs // 4) else 1
        self.points[loser] += pain
        reward = -pain if loser == 0 else pain
        over = False
        if not self.hands[0]:
            self.deals_left -= 1
            over = self.deals_left == 0
            if not over:
                self._deal()
        return self._obs(0, None), reward / 5.0, over, False, {}
