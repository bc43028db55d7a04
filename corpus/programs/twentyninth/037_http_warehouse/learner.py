import io
import pickle
import queue
import threading

import numpy as np
import torch
from flask import Flask, Response, request

from model import PickerNet

app = Flask(__name__)
net = PickerNet()
opt = torch.optim.Adam(net.parameters(), lr=5e-4)
inbox = queue.Queue(maxsize=256)
guard = threading.Lock()
version = 0


@app.get("/weights")
def weights():
    with guard:
        if int(request.args.get("have", -1)) == version:
            return Response(status=304)
        buf = io.BytesIO()
        torch.save(net.state_dict(), buf)
        return Response(buf.getvalue(), mimetype="application/octet-stream", headers={"X-Version": str(version)})


@app.post("/trajectories")
def trajectories():
    inbox.put(pickle.loads(request.get_data()))
    return "", 204


def learn():
    global version
    while True:
        _, t = inbox.get()
        obs = torch.from_numpy(np.stack(t["obs"])).unsqueeze(1)
        act = torch.tensor(t["act"])
        mu = torch.tensor(t["mu"])
        g, rets = 0.0, []
        for r in reversed(t["rew"]):
            g = r + 0.99 * g
            rets.append(g)
        rets = torch.tensor(rets[::-1])
        logits, v, _ = net(obs)
        logp = logits[:, 0].log_softmax(-1).gather(1, act[:, None])[:, 0]
        rho = (logp.detach().exp() / mu).clamp(max=1.0)
        adv = rets - v[:, 0]
        loss = (-rho * logp * adv.detach() + 0.5 * adv ** 2).mean()
        opt.zero_grad()
        loss.backward()
        with guard:
            opt.step()
            version += 1


if __name__ == "__main__":
    threading.Thread(target=learn, daemon=True).start()
    app.run(port=7000, threaded=True)
