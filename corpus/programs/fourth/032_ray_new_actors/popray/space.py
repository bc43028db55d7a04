import math
import random

SEARCH = {"lr": (1e-5, 3e-3), "ent": (1e-4, 5e-2), "gamma": (0.95, 0.999)}


def sample(space):
    return {k: math.exp(random.uniform(math.log(lo), math.log(hi))) for k, (lo, hi) in space.items()}


def explore(hp, space=SEARCH, p_resample=0.2):
    for k, (lo, hi) in space.items():
        if random.random() < p_resample:
            hp[k] = math.exp(random.uniform(math.log(lo), math.log(hi)))
        else:
            hp[k] = min(hi, max(lo, hp[k] * random.choice((0.8, 1.25))))
    return hp
