import argparse
from pathlib import Path

from marble import MarbleTilt
from plate_agent import PlateAgent


def newest(folder: Path):
    files = sorted(folder.glob("plate_*.pt"), key=lambda f: f.stat().st_mtime)
    return files[-1] if files else None


def demo(folder: Path, episodes: int, poll: int) -> None:
    env = MarbleTilt()
    agent = PlateAgent()
    first = newest(folder)
    if first is None:
        raise SystemExit(f"no plate_*.pt in {folder}")
    agent.load(first)

    for ep in range(episodes):
        frame, _ = env.reset()
        agent.forget()
        total, n = 0.0, 0
        while True:
            frame, r, off, timeout, _ = env.step(agent(frame))
            total += r
            n += 1
            if off or timeout:
                break
            if n % poll == 0:
                path = newest(folder)
                if path is not None and path != agent.source:
                    print(f"  step {n}: switching to {path.name}")
                    agent.load(path)
        print(f"episode {ep:3d} [{agent.source.stem}] {total:7.1f} in {n} steps")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--poll", type=int, default=50)
    a = parser.parse_args()
    demo(a.folder, a.episodes, a.poll)
