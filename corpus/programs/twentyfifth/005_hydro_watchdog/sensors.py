"""Thin wrappers around the i2c bridge; returns normalised readings."""
import random

NAMES = ["ec", "ph", "water_c", "air_c", "humidity", "lux", "level"]
_OFFSET = dict(ec=1.8, ph=6.0, water_c=20, air_c=23, humidity=60, lux=12000, level=0.8)
_SCALE = dict(ec=0.5, ph=0.4, water_c=3, air_c=4, humidity=12, lux=6000, level=0.2)


def read_raw(name):
    return random.gauss(_OFFSET[name], _SCALE[name])


def read_all():
    return [(read_raw(n) - _OFFSET[n]) / _SCALE[n] for n in NAMES]


def drive_pumps(duty, seconds):
    for i, d in enumerate(duty):
        print(f"pump{i}: {d * seconds:.1f}s")
