"""The adapters to AWS, each named for its service. Only this package imports boto3."""
