import sys

import numpy as np

from boat import Boat
from skipper import Skipper


def race(skipper, seed, limit=20000, look_at_wind=120):
    boat = Boat(seed)
    sensed = boat.start()
    skipper.switch(boat.point, boat.strength)
    skipper.settle()
    changes = 0
    for sec in range(1, limit + 1):
        sensed, rounded, finished = boat.sail(*skipper.helm(sensed))
        if finished:
            return sec, changes
        if rounded:
            skipper.switch(boat.point, boat.strength)
            skipper.settle()
        elif sec % look_at_wind == 0:
            if skipper.switch(boat.point, boat.strength):
                changes += 1
    return limit, changes


def main():
    skipper = Skipper(sys.argv[1] if len(sys.argv) > 1 else "sheets")
    times = []
    for seed in range(40):
        sec, changes = race(skipper, seed)
        times.append(sec)
        print(f"race {seed:2d}: {sec / 60:.1f} min, {changes} changes for wind")
    print(f"median {np.median(times) / 60:.1f} min")


if __name__ == "__main__":
    main()
