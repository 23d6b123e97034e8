"""Messages by e-mail: to all of a campaign's subscribers, or to whom no call could notify."""
