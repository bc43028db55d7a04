import json
import pathlib
import sys

from agent import Escapist
from castle import Castle


def run(config):
    castle = Castle(config.get("patience", 40))
    agent = Escapist(pathlib.Path(config["experts"]), castle.n_actions, config.get("temperature", 0.5))
    reached = {name: 0 for name in castle.chambers}
    freed = 0
    for _ in range(config.get("games", 200)):
        agent.new_game()
        text, over = castle.start(), False
        while not over:
            room = castle.chamber()
            if text == "enter":
                reached[room] += 1
            text, over = castle.act(agent.choose(room, text))
        freed += text == "free"
    return reached, freed


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        config = json.load(f)
    reached, freed = run(config)
    for room, n in reached.items():
        print(f"{room:10s} reached {n}")
    print("escaped", freed)
