"""The printed examples of the vendors' documents, byte for byte, and the checks of each example.

`examples/<document>/` has one file for each printed message. A check plays one role of the hub: the vendor's system
(`Role.SERVER`) or the vendor's customer (`Role.CLIENT`). A module of a document registers its checks by `check`.
"""
