"""Shared by the handlers: HTTP requests and answers, and batches of queues."""
