import sys

from planner import Planner
from settings import Settings
from terminal import Terminal


def main():
    cfg = Settings()
    if len(sys.argv) > 1:
        cfg.checkpoint = sys.argv[1]
    terminal = Terminal(cfg)
    planner = Planner(cfg)
    for shift in range(cfg.shifts):
        terminal.new_shift()
        planner.begin_shift()
        for tick in range(cfg.ticks_per_shift):
            if tick % cfg.poll_every == 0 and planner.check_weights():
                print(f"shift {shift} tick {tick}: new weights")
            planner.act(terminal)
            terminal.arrivals()
        print(f"shift {shift}: {terminal.moved} boxes moved")


if __name__ == "__main__":
    main()
