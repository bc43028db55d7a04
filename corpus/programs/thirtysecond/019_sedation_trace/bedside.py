import numpy as np
import torch

from doser import RATES, Doser
from patient import SedatedPatient


def main(patients=12):
    doser = Doser()
    doser.load_state_dict(torch.load("doser.pt", map_location="cpu"))
    doser.eval()
    bed = SedatedPatient(np.random.default_rng())
    with torch.no_grad():
        for p in range(patients):
            monitor, discharged, total = bed.admit(), False, 0.0
            while not discharged:
                monitor, r, discharged = bed.infuse(RATES[doser(torch.from_numpy(monitor)).argmax().item()])
                total += r
            doser.admit()
            print("patient", p, round(total, 2))


if __name__ == "__main__":
    main()
