"""Every vendor's events, told to receivers of every dialect: what goes in, and what of it is the same every time."""
