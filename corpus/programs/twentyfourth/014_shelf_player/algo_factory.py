class ObjectFactory:
    def __init__(self):
        self._builders = {}

    def register_builder(self, name, builder):
        self._builders[name] = builder

    def create(self, name, **kwargs):
        if name not in self._builders:
            raise ValueError(name)
        return self._builders[name](**kwargs)


networks = ObjectFactory()
