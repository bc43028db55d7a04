_REG = {"policy": {}, "env": {}}


def register(kind, name):
    def deco(cls):
        _REG[kind][name] = cls
        return cls

    return deco


def build(kind, spec, **extra):
    spec = dict(spec)
    cls = _REG[kind][spec.pop("name")]
    return cls(**spec, **extra)
