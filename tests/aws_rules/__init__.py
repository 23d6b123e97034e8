"""What AWS documents of requests and neither moto nor the emulator enforces: pure rules, and their checker."""
