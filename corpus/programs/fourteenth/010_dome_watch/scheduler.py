from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path

import requests
import torch

from brain import Brain


@dataclass
class Field:
    name: str
    ra: float
    dec: float
    priority: float
    visits: int = 0

    def vector(self, sky: dict) -> list[float]:
        ha = (sky["lst"] - self.ra) % 24
        return [ha / 24, self.dec / 90, self.priority, min(self.visits, 10) / 10, sky["moon_sep"].get(self.name, 90) / 180, float(6 < ha < 18)]


KEYS = ("seeing", "cloud", "wind", "humidity", "sky_mag", "moon_phase", "sun_alt", "temp_grad")


def load_fields(path: Path) -> list[Field]:
    return [Field(**row) for row in json.loads(path.read_text())]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--weights", type=Path, required=True)
    ap.add_argument("--fields", type=Path, required=True)
    ap.add_argument("--tcs", default="http://tcs.local:8080")
    ap.add_argument("--exposure", type=float, default=120.0)
    args = ap.parse_args()

    fields = load_fields(args.fields)
    brain = Brain(args.weights.resolve())
    dark = False
    try:
        while True:
            sky = requests.get(f"{args.tcs}/sky", timeout=10).json()
            if sky["sun_alt"] > -12:
                dark = False
                time.sleep(60)
                continue
            if not dark:
                dark = True
                brain.dusk()
            vec = torch.tensor([float(sky[k]) for k in KEYS])
            mat = torch.tensor([f.vector(sky) for f in fields])
            for idx in brain.rank(vec, mat):
                f = fields[idx]
                body = {"ra": f.ra, "dec": f.dec, "exposure": args.exposure}
                if requests.post(f"{args.tcs}/observe", json=body, timeout=args.exposure + 60).ok:
                    f.visits += 1
                    break
    except KeyboardInterrupt:
        pass
    finally:
        brain.close()


if __name__ == "__main__":
    main()
