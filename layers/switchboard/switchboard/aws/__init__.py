"""The adapters to AWS, each named for what it is made of. The only place that imports boto3."""
