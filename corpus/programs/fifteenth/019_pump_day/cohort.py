"""Run the exported pump models over the virtual cohort: every patient, every model, one day."""
import argparse
import random
import statistics

from controller import ScriptedPump


class Patient:
    def __init__(self, seed):
        r = random.Random(seed)
        self.rng = random.Random(seed + 1000)
        self.si = r.uniform(15, 60)       # mg/dl per unit
        self.ci = r.uniform(3, 6)         # mg/dl per gram
        self.basal = r.uniform(0.6, 1.2)
        self.glucose = self.last = r.uniform(90, 160)
        self.iob = 0.0
        self.gut = 0.0

    def meal(self, minute):
        return {480: 50, 780: 70, 1140: 60}.get(minute, 0)

    def advance(self, units, carbs):
        self.iob = 0.93 * self.iob + units
        self.gut = 0.9 * self.gut + carbs
        self.last = self.glucose
        self.glucose += 0.1 * self.gut * self.ci * 0.3 - 0.07 * self.iob * self.si + self.basal * 3
        self.glucose = max(30.0, self.glucose + self.rng.gauss(0, 3))
        return self.glucose


def day(pump, patient):
    pump.reset()
    in_range, low = 0, 0
    for minute in range(0, 1440, 5):
        carbs = patient.meal(minute)
        units = pump.dose(patient.glucose, patient.glucose - patient.last, carbs, minute)
        g = patient.advance(units, carbs)
        in_range += 70 <= g <= 180
        low += g < 54
    return in_range / 288, low


def main():
    p = argparse.ArgumentParser()
    p.add_argument("models", nargs="+")
    p.add_argument("--patients", type=int, default=50)
    a = p.parse_args()

    pump = ScriptedPump(a.models[0])
    for path in a.models:
        pump.open(path)
        tirs, lows = zip(*(day(pump, Patient(s)) for s in range(a.patients)))
        print(f"{path}: time in range {statistics.mean(tirs):.1%} (worst {min(tirs):.1%}), {sum(lows)} very low")


if __name__ == "__main__":
    main()
