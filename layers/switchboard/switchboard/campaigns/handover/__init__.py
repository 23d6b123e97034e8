"""Hand-over: another system calls a campaign; the hub follows and mirrors its report."""
