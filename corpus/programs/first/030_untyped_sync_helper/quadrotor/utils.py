import json
import os

import torch as th


def leaderboard(root):
    out = []
    for d in os.listdir(root):
        f = os.path.join(root, d, "score.json")
        if os.path.exists(f):
            with open(f) as fh:
                out.append((json.load(fh)["score"], d))
    return sorted(out, reverse=True)


def publish(model, root, name, score):
    d = os.path.join(root, name)
    os.makedirs(d, exist_ok=True)
    th.save(model.policy.state_dict(), os.path.join(d, "policy.pt"))
    with open(os.path.join(d, "score.json"), "w") as fh:
        json.dump({"score": float(score)}, fh)


def adopt(model, root, who):
    sd = th.load(os.path.join(root, who, "policy.pt"), map_location=model.device)
    model.policy.load_state_dict(sd)
    return model
