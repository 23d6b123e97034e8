"""What a use of the hub costs on AWS, counted from the requests that the functions make, by published prices."""
