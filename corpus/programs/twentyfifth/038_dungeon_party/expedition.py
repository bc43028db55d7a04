import random
import sys
from pathlib import Path

import torch

from policies import PolicyParty, RoomReader

ROOMS = ["corridor", "treasury", "lair", "shrine"]
N_OBS, N_ACT = 10, 6
LEADER_OF = {"corridor": 0, "shrine": 0, "treasury": 1, "lair": 2}


class Expedition:
    def __init__(self, rng: random.Random):
        self.rng = rng

    def reset(self):
        self.light, self.gold, self.health = 200, 0, 30
        return self._next_room()

    def _next_room(self):
        self.room = self.rng.choice(ROOMS)
        self.left = self.rng.randint(4, 15)
        return self._obs()

    def _obs(self):
        one_hot = [float(self.room == r) for r in ROOMS]
        noise = [self.rng.random() for _ in range(3)]
        return torch.tensor(one_hot + [self.light / 200, self.health / 30, self.left / 15] + noise)

    def step(self, action):
        self.light -= 1
        self.left -= 1
        if self.room == "treasury" and action == 1:
            self.gold += self.rng.randint(0, 5)
        elif self.room == "lair" and action not in (2, 3):
            self.health -= self.rng.randint(0, 3)
        elif self.room == "shrine" and action == 4:
            self.health = min(30, self.health + 1)
        over = self.light <= 0 or self.health <= 0
        changed = self.left <= 0
        obs = self._next_room() if changed else self._obs()
        return obs, over, changed


def load_party(folder: Path) -> PolicyParty:
    nets = []
    for name in ("wanderer", "looter", "fighter"):
        net = RoomReader(N_OBS, N_ACT)
        file = folder / f"{name}.pth"
        if file.exists():
            net.load_state_dict(torch.load(file, map_location="cpu"))
        nets.append(net.eval())
    return PolicyParty(nets)


def run(party: PolicyParty, seed: int) -> int:
    dungeon = Expedition(random.Random(seed))
    obs = dungeon.reset()
    party.forget()
    party.swap_policy(LEADER_OF[dungeon.room])
    while True:
        obs, over, changed = dungeon.step(party.act(obs))
        if over:
            return dungeon.gold
        if changed:
            party.swap_policy(LEADER_OF[dungeon.room])


if __name__ == "__main__":
    party = load_party(Path(sys.argv[1]))
    gold = [run(party, s) for s in range(int(sys.argv[2]) if len(sys.argv) > 2 else 50)]
    print(f"gold: mean {sum(gold) / len(gold):.1f}, best {max(gold)}")
