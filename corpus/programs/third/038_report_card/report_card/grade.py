"""Grades saved models over flicker probabilities and writes a markdown table."""
import argparse
import statistics
from dataclasses import dataclass, field
from pathlib import Path

from sb3_contrib import RecurrentPPO

from .envs import make


@dataclass
class Grade:
    model: str
    flicker: float
    returns: list = field(default_factory=list)
    lengths: list = field(default_factory=list)

    def row(self):
        sd = statistics.pstdev(self.returns)
        return f"| {self.model} | {self.flicker:.1f} | {statistics.mean(self.returns):.1f} ± {sd:.1f} | {statistics.mean(self.lengths):.0f} |"


def examine(model, env_id, flicker, episodes, seed=100):
    env = make(env_id, flicker)
    grade = Grade("", flicker)
    for ep in range(episodes):
        obs, _ = env.reset(seed=seed + ep)
        total, length, over = 0.0, 0, False
        while not over:
            action, _ = model.predict(obs, deterministic=True)
            obs, reward, terminated, truncated, _ = env.step(action)
            total += float(reward)
            length += 1
            over = terminated or truncated
        grade.returns.append(total)
        grade.lengths.append(length)
    env.close()
    return grade


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models", nargs="+", type=Path)
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--episodes", type=int, default=20)
    ap.add_argument("--flicker", type=float, nargs="+", default=[0.0, 0.3, 0.5, 0.8])
    ap.add_argument("--out", type=Path, default=Path("REPORT.md"))
    args = ap.parse_args()
    lines = ["| model | flicker | return | length |", "|---|---|---|---|"]
    for path in args.models:
        model = RecurrentPPO.load(path, device="cpu")
        for p in args.flicker:
            grade = examine(model, args.env, p, args.episodes)
            grade.model = path.stem
            lines.append(grade.row())
            print(lines[-1])
    args.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
