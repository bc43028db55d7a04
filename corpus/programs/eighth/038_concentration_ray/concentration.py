"""Memory card game (concentration) learned with REINFORCE by a group of ray players."""
import random
import time
from typing import Dict, List, NamedTuple

import numpy as np
import ray
import torch
from torch import nn


class Concentration:
    """Turn over one card at a time; a pair counts when two equal cards follow each other."""

    def __init__(self, pairs: int = 5):
        self.pairs = pairs
        self.cards = 2 * pairs
        self.obs_size = self.cards * 2 + pairs

    def reset(self) -> np.ndarray:
        self.layout = [i // 2 for i in range(self.cards)]
        random.shuffle(self.layout)
        self.gone = [False] * self.cards
        self.open = None
        self.moves = 0
        return self.encode(None)

    def encode(self, turned) -> np.ndarray:
        x = np.zeros(self.obs_size, dtype=np.float32)
        x[: self.cards] = self.gone
        if turned is not None:
            x[self.cards + turned] = 1
            x[2 * self.cards + self.layout[turned]] = 1
        return x

    def step(self, card: int):
        self.moves += 1
        reward = -0.05
        if self.gone[card] or card == self.open:
            reward = -0.2
        elif self.open is None:
            self.open = card
        else:
            if self.layout[card] == self.layout[self.open]:
                self.gone[card] = self.gone[self.open] = True
                reward = 1.0
            self.open = None
        done = all(self.gone) or self.moves >= 12 * self.pairs
        return self.encode(card), reward, done


class MemoryNet(nn.Module):
    def __init__(self, obs_size: int, cards: int, width: int = 128):
        super().__init__()
        self.lstm = nn.LSTM(obs_size, width)
        self.head = nn.Linear(width, cards)

    def forward(self, x, state=None):
        out, state = self.lstm(x, state)
        return self.head(out), state


class Game(NamedTuple):
    observations: np.ndarray
    cards: np.ndarray
    rewards: np.ndarray


@ray.remote
class Player:
    """Plays whole games only: new weights come in between two games."""

    def __init__(self, pairs: int, seed: int):
        random.seed(seed)
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.game = Concentration(pairs)
        self.net = MemoryNet(self.game.obs_size, self.game.cards)
        self.state = None

    def play(self, weights: Dict[str, torch.Tensor], games: int) -> List[Game]:
        self.net.load_state_dict(weights)
        return [self._one_game() for _ in range(games)]

    @torch.no_grad()
    def _one_game(self) -> Game:
        obs = self.game.reset()
        self.state = None
        observations, cards, rewards = [], [], []
        done = False
        while not done:
            x = torch.from_numpy(obs).view(1, 1, -1)
            logits, self.state = self.net(x, self.state)
            card = int(torch.distributions.Categorical(logits=logits[0, 0]).sample())
            observations.append(obs)
            cards.append(card)
            obs, reward, done = self.game.step(card)
            rewards.append(reward)
        return Game(np.stack(observations), np.array(cards), np.array(rewards, dtype=np.float32))


def reinforce(net: MemoryNet, games: List[Game], baseline: float) -> torch.Tensor:
    loss = torch.zeros(())
    for game in games:
        logits, _ = net(torch.from_numpy(game.observations).unsqueeze(1))
        logp = torch.log_softmax(logits[:, 0], dim=-1)
        chosen = logp.gather(1, torch.from_numpy(game.cards).unsqueeze(1)).squeeze(1)
        to_go = np.flip(np.cumsum(np.flip(game.rewards))).copy()
        loss = loss - (chosen * (torch.from_numpy(to_go) - baseline)).mean()
    return loss / len(games)


def main(pairs: int = 5, n_players: int = 8, iterations: int = 5000) -> None:
    ray.init(ignore_reinit_error=True)
    template = Concentration(pairs)
    learner = MemoryNet(template.obs_size, template.cards)
    optim = torch.optim.RMSprop(learner.parameters(), lr=5e-4)
    players = [Player.remote(pairs, seed) for seed in range(n_players)]
    baseline = 0.0
    t0 = time.time()
    for iteration in range(iterations):
        ref = ray.put({k: v.cpu() for k, v in learner.state_dict().items()})
        batches = ray.get([p.play.remote(ref, 4) for p in players])
        games = [g for batch in batches for g in batch]
        score = float(np.mean([g.rewards.sum() for g in games]))
        loss = reinforce(learner, games, baseline)
        optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 1.0)
        optim.step()
        baseline += 0.05 * (score - baseline)
        if iteration % 50 == 0:
            print(f"{iteration:5d}  score {score:6.2f}  baseline {baseline:6.2f}  {time.time() - t0:.0f}s")


if __name__ == "__main__":
    main()
