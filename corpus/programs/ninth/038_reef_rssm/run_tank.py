"""python run_tank.py /mnt/nas/reef/latest.pt --port /dev/ttyUSB0"""
import argparse
import time

import serial

from tank_agent import TankAgent


def read_probes(link):
    link.write(b"R\n")
    return [float(v) for v in link.readline().decode().split(",")]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("weights")
    ap.add_argument("--port", default="/dev/ttyUSB0")
    ap.add_argument("--minutes", type=float, default=10)
    args = ap.parse_args()
    link = serial.Serial(args.port, 9600, timeout=5)
    agent = TankAgent(args.weights)
    while True:
        link.write(b"C\n")  # was the water changed since we asked last?
        if link.readline().strip() == b"1":
            agent.new_water()
        if agent.refresh():
            print("new model", time.strftime("%d.%m. %H:%M", time.localtime(agent.stamp)))
        link.write(f"D {agent.decide(read_probes(link))}\n".encode())
        time.sleep(args.minutes * 60)


if __name__ == "__main__":
    main()
