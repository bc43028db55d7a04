ROOTS = range(36, 48)
SHAPES = {"maj": (0, 4, 7), "min": (0, 3, 7), "dom": (0, 4, 10), "dim": (0, 3, 6)}

VOICINGS = [[root + i for i in shape] for root in ROOTS for shape in SHAPES.values()]
