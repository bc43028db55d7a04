from setuptools import setup

setup(
    name="buoy_pilot",
    version="1.2.0",
    packages=["buoy_pilot"],
    install_requires=["torch"],
    entry_points={"console_scripts": ["pilot = buoy_pilot.node:main"]},
)
