"""The bundle on the emulator, real receivers on loopback, and worker processes that are killed while events flow."""
