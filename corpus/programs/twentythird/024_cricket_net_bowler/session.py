import argparse
import pathlib
import time

from batter import Batter
from machine import BowlingMachine

BALLS_PER_OVER = 6


class ModelFolder:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.last = None

    def update(self):
        paths = sorted(self.folder.glob("bat_*.pt"))
        if not paths or paths[-1] == self.last:
            return None
        self.last = paths[-1]
        return self.last


def play_innings(machine, batter, models, overs):
    batter.new_innings()
    runs = wickets = 0
    for over in range(overs):
        for ball in range(BALLS_PER_OVER):
            delivery = machine.bowl()
            shot = batter.shot(delivery)
            machine.show(shot)
            result = machine.wait_for_result()
            runs += result.runs
            wickets += result.wicket
            if wickets == 10:
                return runs, wickets
        path = models.update()
        if path is not None:
            batter.load(path)
            print(f"over {over + 1}: using {path.name}")
    return runs, wickets


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models")
    ap.add_argument("--overs", type=int, default=20)
    ap.add_argument("--innings", type=int, default=2)
    args = ap.parse_args()

    machine = BowlingMachine()
    batter = Batter(n_in=machine.n_features)
    models = ModelFolder(args.models)
    first = models.update()
    if first is None:
        raise SystemExit("no model found")
    batter.load(first)
    for i in range(args.innings):
        runs, wickets = play_innings(machine, batter, models, args.overs)
        print(f"innings {i + 1}: {runs} for {wickets}")
        time.sleep(60)


if __name__ == "__main__":
    main()
