"""A campaign on the emulator whose workers are killed, and its report held against what the simulator did."""
