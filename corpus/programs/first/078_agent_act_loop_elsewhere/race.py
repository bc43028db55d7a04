import argparse

from simrace import build_agent
from simrace.session import Session

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("agents", nargs="+", help="pid:0.8,0.1 or lstm:model.zip")
    ap.add_argument("--laps", type=int, default=5)
    args = ap.parse_args()
    from simrace_env import RaceEnv

    for spec in args.agents:
        s = Session(RaceEnv("monza"), build_agent(spec))
        print(spec, [round(s.lap(), 2) for _ in range(args.laps)])
