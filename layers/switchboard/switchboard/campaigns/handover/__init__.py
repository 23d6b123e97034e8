"""A campaign that another system calls: handed over, followed until it ends, and mirrored."""
