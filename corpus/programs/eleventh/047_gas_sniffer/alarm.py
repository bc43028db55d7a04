import sys

import torch

from sniffer import GasSniffer


def main(weights, port):
    net = GasSniffer()
    net.load_state_dict(torch.load(weights))
    net.eval()
    above = 0
    with open(port) as line_in, torch.no_grad():
        for line in line_in:
            x = torch.tensor([[float(v) for v in line.split(",")]])
            p = torch.sigmoid(net(x)).item()
            above = above + 1 if p > 0.9 else 0
            if above == 5:
                print("LEAK", f"{p:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "/dev/ttyUSB0")
