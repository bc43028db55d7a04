_REG = {}


def register(name):
    def deco(cls):
        if name in _REG:
            raise KeyError(f"{name} registered twice")
        _REG[name] = cls
        return cls

    return deco


def build(spec):
    kwargs = dict(spec)
    return _REG[kwargs.pop("kind")](**kwargs)
