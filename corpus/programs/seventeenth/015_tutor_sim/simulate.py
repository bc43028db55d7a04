import argparse
import json

import numpy as np
import torch

from tutor_net import TutorNet


class SimulatedPupil:
    def __init__(self, n_items, rng):
        self.rng = rng
        self.skill = rng.normal(-1.0, 0.5, n_items)
        self.difficulty = np.linspace(-1, 2, n_items)
        self.rate = rng.uniform(0.05, 0.2)

    def attempt(self, item):
        p = 1 / (1 + np.exp(self.difficulty[item] - self.skill[item]))
        correct = self.rng.random() < p
        near = np.exp(-0.5 * ((np.arange(len(self.skill)) - item) / 2.0) ** 2)
        self.skill += self.rate * near * (1.0 if correct else 0.5) * p * (1 - p) * 4
        seconds = self.rng.lognormal(3.0 - 0.3 * self.skill[item], 0.3)
        return float(correct), float(seconds)

    def exam(self):
        return float(np.mean(1 / (1 + np.exp(self.difficulty - self.skill))))


def run_session(net, pupil, n_exercises, epsilon, rng):
    state = net.init_state()
    last_item, feats = net.n_items, torch.zeros(1, 1, 2)
    before, picked, right = pupil.exam(), [], 0.0
    for _ in range(n_exercises):
        with torch.no_grad():
            q, _ = net(torch.tensor([[last_item]]), feats, state)
        if rng.random() < epsilon:
            item = int(rng.integers(net.n_items))
        else:
            item = int(q[0, -1].argmax())
        correct, seconds = pupil.attempt(item)
        feats = torch.tensor([[[correct, np.log(seconds) / 5]]], dtype=torch.float32)
        last_item = item
        picked.append(item)
        right += correct
    return pupil.exam() - before, right / n_exercises, picked


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("--pupils", type=int, default=200)
    ap.add_argument("--exercises", type=int, default=50)
    ap.add_argument("--epsilon", type=float, default=0.0)
    ap.add_argument("--report", default="tutor_report.json")
    args = ap.parse_args()

    ckpt = torch.load(args.checkpoint, map_location="cpu")
    net = TutorNet(ckpt["n_items"])
    net.load_state_dict(ckpt["net"])
    net.eval()

    rng = np.random.default_rng(11)
    gains, rates, counts = [], [], np.zeros(net.n_items, int)
    for n in range(args.pupils):
        gain, rate, picked = run_session(net, SimulatedPupil(net.n_items, rng), args.exercises, args.epsilon, rng)
        gains.append(gain)
        rates.append(rate)
        np.add.at(counts, picked, 1)
        if (n + 1) % 50 == 0:
            print(f"{n + 1} pupils: gain {np.mean(gains):.3f}, correct {np.mean(rates):.2f}")
    with open(args.report, "w") as f:
        json.dump({"gain": gains, "correct": rates, "usage": counts.tolist()}, f)


if __name__ == "__main__":
    main()
