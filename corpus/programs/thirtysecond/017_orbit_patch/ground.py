import glob
import sys

from safetensors.torch import load_file

from onboard import OnboardComputer
from spacecraft import Spacecraft


def passes(folder):
    """One image for each pass over the ground station, or nothing if none is waiting."""
    waiting = sorted(glob.glob(f"{folder}/image_*.safetensors"))
    while True:
        yield load_file(waiting.pop(0)) if waiting else None


def mission(folder, orbits=40):
    craft, obc = Spacecraft(), OnboardComputer()
    contact = passes(folder)
    flight_image = next(contact)
    if flight_image is None:
        sys.exit("no flight image")
    obc.patch(flight_image)
    obc.cold_boot()
    for orbit in range(orbits):
        worst = 0.0
        for _ in range(craft.ORBIT):
            worst = max(worst, craft.torque(obc.cycle(craft.sensors())))
        print(f"orbit {orbit:3d}  worst pointing error {worst:.4f}  faults {obc.faults}")
        if obc.faults > 200:
            obc.cold_boot()
        image = next(contact)
        if image is not None:
            obc.patch(image)


if __name__ == "__main__":
    mission(sys.argv[1])
