import numpy as np
import torch
from torch.distributions import Categorical

from doser import RATES, Doser
from patient import SedatedPatient


def stay(doser, patient, record):
    doser.admit()
    seen, over = patient.admit(), False
    logps, rewards = [], []
    while not over:
        dist = Categorical(logits=doser(torch.from_numpy(seen)))
        k = dist.sample()
        seen, r, over = patient.infuse(RATES[k.item()])
        logps.append(dist.log_prob(k))
        rewards.append(r)
    record.append(sum(rewards))
    return torch.cat(logps), torch.tensor(rewards, dtype=torch.float32)


def main(patients=4000):
    doser, patient = Doser(), SedatedPatient(np.random.default_rng(11))
    opt = torch.optim.AdamW(doser.parameters(), lr=1e-3)
    record, best = [], -1e9
    for n in range(1, patients + 1):
        logps, rewards = stay(doser, patient, record)
        togo = rewards.flip(0).cumsum(0).flip(0)
        adv = (togo - togo.mean()) / (togo.std() + 1e-6)
        opt.zero_grad()
        (-(logps * adv).mean()).backward()
        opt.step()
        if n % 100 == 0:
            recent = np.mean(record[-100:])
            print(n, round(float(recent), 2))
            if recent > best:
                best = recent
                torch.save(doser.state_dict(), "doser.pt")


if __name__ == "__main__":
    main()
