import math
import random


def new_pole():
    return {"x": 0.0, "dx": 0.0, "a": random.uniform(-0.05, 0.05), "da": 0.0, "t": 0}


def look(s):
    return [s["x"], math.sin(s["a"]), math.cos(s["a"])]


def push(s, force):
    g, mc, mp, l, dt = 9.8, 1.0, 0.1, 0.5, 0.02
    sin, cos = math.sin(s["a"]), math.cos(s["a"])
    tmp = (10 * force + mp * l * s["da"] ** 2 * sin) / (mc + mp)
    acc = (g * sin - cos * tmp) / (l * (4 / 3 - mp * cos * cos / (mc + mp)))
    dd = tmp - mp * l * acc * cos / (mc + mp)
    s["x"] += dt * s["dx"]
    s["dx"] += dt * dd
    s["a"] += dt * s["da"]
    s["da"] += dt * acc
    s["t"] += 1
    fell = abs(s["x"]) > 2.4 or abs(s["a"]) > 0.25
    return 1.0, fell or s["t"] >= 5000
