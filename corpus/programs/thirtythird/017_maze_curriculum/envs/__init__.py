from .maze import VecMaze

REGISTRY = {"maze": VecMaze}


def make(name, **kwargs):
    return REGISTRY[name](**kwargs)
