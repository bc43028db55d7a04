# A tutor picks the next question for a simulated student (REINFORCE, GRU over the answers).
# Reward: what the student knows at the end of the lesson.
import random

import numpy as np
import torch
import torch.nn as nn

SKILLS = 10
LESSON = 25
STUDENTS = 64
ROUNDS = 3000
TEST_EVERY = 50
HID = 64

random.seed(4)
np.random.seed(4)
torch.manual_seed(4)

# skill k builds on some of the skills before
needs = np.zeros((SKILLS, SKILLS))
for k in range(1, SKILLS):
    for j in random.sample(range(k), min(k, 2)):
        needs[k, j] = 1.0
needs = needs / np.maximum(needs.sum(1, keepdims=True), 1)

tutor = nn.ModuleDict({
    "emb": nn.Embedding(2 * SKILLS + 1, 32),
    "gru": nn.GRUCell(32, HID),
    "ask": nn.Linear(HID, SKILLS),
})
opt = torch.optim.Adam(tutor.parameters(), lr=1e-3)
best_gain, best_weights = -1.0, None
baseline = 0.0
history = []

for rnd in range(ROUNDS):
    test = rnd % TEST_EVERY == 0
    know = np.random.beta(1, 5, (STUDENTS, SKILLS))
    begin = know.mean(1)
    speed = np.random.uniform(0.1, 0.4, STUDENTS)
    h = torch.zeros(STUDENTS, HID)
    token = torch.full((STUDENTS,), 2 * SKILLS)
    logps = []
    with torch.set_grad_enabled(not test):
        for q in range(LESSON):
            h = tutor["gru"](tutor["emb"](token), h)
            dist = torch.distributions.Categorical(logits=tutor["ask"](h))
            skill = dist.probs.argmax(1) if test else dist.sample()
            logps.append(dist.log_prob(skill))
            idx = skill.numpy()
            rows = np.arange(STUDENTS)
            ready = 0.2 + 0.8 * np.where(idx == 0, 1.0, (needs[idx] * know).sum(1))
            right = np.random.rand(STUDENTS) < 0.1 + 0.85 * know[rows, idx]
            know[rows, idx] += speed * ready * (1 - know[rows, idx])
            know *= 0.998
            token = skill + SKILLS * torch.from_numpy(right.astype(np.int64))

    gain = know.mean(1) - begin
    if test:
        history.append(gain.mean())
        print(f"{rnd:5d} gain {gain.mean():.3f} best {max(best_gain, gain.mean()):.3f}")
        if gain.mean() > best_gain:
            best_gain = gain.mean()
            best_weights = tutor.state_dict()
        continue

    adv = torch.from_numpy(gain - baseline).float()
    baseline += 0.05 * (gain.mean() - baseline)
    loss = -(torch.stack(logps).sum(0) * adv).mean()
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(tutor.parameters(), 1.0)
    opt.step()

# the best tutor against asking at random
tutor.load_state_dict(best_weights)
torch.save(best_weights, "tutor_best.pt")
results = {}
for who in ("tutor", "random"):
    know = np.random.beta(1, 5, (2000, SKILLS))
    begin = know.mean(1)
    speed = np.random.uniform(0.1, 0.4, 2000)
    h = torch.zeros(2000, HID)
    token = torch.full((2000,), 2 * SKILLS)
    rows = np.arange(2000)
    with torch.no_grad():
        for q in range(LESSON):
            h = tutor["gru"](tutor["emb"](token), h)
            skill = tutor["ask"](h).argmax(1) if who == "tutor" else torch.randint(SKILLS, (2000,))
            idx = skill.numpy()
            ready = 0.2 + 0.8 * np.where(idx == 0, 1.0, (needs[idx] * know).sum(1))
            right = np.random.rand(2000) < 0.1 + 0.85 * know[rows, idx]
            know[rows, idx] += speed * ready * (1 - know[rows, idx])
            know *= 0.998
            token = skill + SKILLS * torch.from_numpy(right.astype(np.int64))
    results[who] = (know.mean(1) - begin).mean()
print(results)
