import argparse
import json
import random

from agent import PlayCaller

PLAYS = ["pick_and_go", "box_kick", "wide", "crash", "maul", "grubber", "up_and_under"]


class Match:
    """Very rough phase-by-phase simulation of a match of eighty minutes."""

    def __init__(self, rng):
        self.rng = rng
        self.metres = 50.0
        self.clock = 0.0
        self.points = [0, 0]
        self.ours = True
        self.last = 0

    def features(self):
        onehot = [0.0] * len(PLAYS)
        onehot[self.last] = 1.0
        rest = [self.metres / 100, self.clock / 80, self.points[0] / 50, self.points[1] / 50,
                float(self.ours), self.rng.random(), 1.0]
        return onehot + rest

    def phase(self, play):
        self.last = play
        self.clock += self.rng.uniform(0.2, 0.9)
        gain = self.rng.gauss(2.0 if play in (0, 3, 4) else 5.0, 3.0 if play in (0, 3, 4) else 12.0)
        self.metres += gain if self.ours else -gain
        if self.metres >= 100:
            self.points[0] += 7
            self.metres, self.ours = 50.0, False
        elif self.metres <= 0:
            self.points[1] += 7
            self.metres, self.ours = 50.0, True
        elif self.rng.random() < 0.12:
            self.ours = not self.ours

    @property
    def over(self):
        return self.clock >= 80


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--weights", default="playcaller.pt")
    ap.add_argument("--matches", type=int, default=20)
    ap.add_argument("--seed", type=int, default=15)
    ap.add_argument("--log", default="matches.jsonl")
    args = ap.parse_args()

    rng = random.Random(args.seed)
    agent = PlayCaller()

    with open(args.log, "a") as log:
        for n in range(args.matches):
            match = Match(rng)
            agent.load(args.weights, kick_off=True)
            calls = []
            while not match.over:
                # the trainer writes the file every few minutes
                if agent.is_news(args.weights):
                    agent.load(args.weights)
                play = agent.call(match.features())
                calls.append(PLAYS[play])
                match.phase(play)
            log.write(json.dumps({"match": n, "points": match.points, "calls": calls}) + "\n")
            log.flush()
            print(f"match {n}: {match.points[0]}-{match.points[1]} in {len(calls)} phases")


if __name__ == "__main__":
    main()
