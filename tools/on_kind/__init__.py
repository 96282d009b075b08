"""Tidings in a cluster of kind: started, tried out, and tested on real nodes."""
