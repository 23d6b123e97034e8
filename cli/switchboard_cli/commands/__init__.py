"""The commands, by what they are about. `add_to` adds those of a module to the application."""
