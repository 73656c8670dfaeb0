"""Models compared with the layouts that they are of, as a server tells of them."""
