"""E-mail of campaigns: to all subscribers, or to subscribers whom no call could notify."""
