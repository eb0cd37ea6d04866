"""What the hub costs, each figure beside the same measure of the bare library."""
