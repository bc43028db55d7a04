import argparse
from pathlib import Path

from crane.session import Session


def parser():
    p = argparse.ArgumentParser("crane")
    p.add_argument("--algo", default="rppo", choices=["ppo", "trpo", "rppo"])
    p.add_argument("--dir", type=Path, default=Path("crane_runs"))
    sub = p.add_subparsers(dest="cmd", required=True)
    for name in ("train", "resume"):
        q = sub.add_parser(name)
        q.add_argument("steps", type=int)
    q = sub.add_parser("evaluate")
    q.add_argument("--moves", type=int, default=100)
    return p


def main():
    a = parser().parse_args()
    a.dir.mkdir(parents=True, exist_ok=True)
    s = Session(a.algo, a.dir)
    if a.cmd == "evaluate":
        print(s.evaluate(a.moves))
    else:
        getattr(s, a.cmd)(a.steps)


if __name__ == "__main__":
    main()
