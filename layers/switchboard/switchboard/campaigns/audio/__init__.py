"""What campaigns play: files that come in any common format and are kept as a telephone plays them."""
