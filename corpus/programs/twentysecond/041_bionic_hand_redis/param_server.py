import argparse
import io

import redis
import torch

from hand import HandNet


def publish(r, net, version):
    buf = io.BytesIO()
    torch.save(net.state_dict(), buf)
    pipe = r.pipeline()
    pipe.set("hand:params", buf.getvalue())
    pipe.set("hand:version", version)
    pipe.execute()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--host", default="localhost")
    p.add_argument("--lr", type=float, default=1e-4)
    p.add_argument("--resume")
    args = p.parse_args()
    r = redis.Redis(host=args.host)
    net = HandNet()
    if args.resume:
        net.load_state_dict(torch.load(args.resume))
    opt = torch.optim.RMSprop(net.parameters(), lr=args.lr, alpha=0.99, eps=1e-4)
    version = 0
    publish(r, net, version)
    while True:
        _, raw = r.blpop("hand:grads")
        grads = torch.load(io.BytesIO(raw))
        for param, g in zip(net.parameters(), grads):
            param.grad = g
        opt.step()
        version += 1
        publish(r, net, version)
        if version % 5000 == 0:
            torch.save(net.state_dict(), f"hand_{version}.pt")
            print("version", version, "queue", r.llen("hand:grads"))


if __name__ == "__main__":
    main()
