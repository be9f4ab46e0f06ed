"""A labelled set of street scenes with faces and number plates, made by code: the same seed, the same pictures.

Plates are drawn by the measures of the real ones; faces are those that the package scikit-image ships for its own
examples (one portrait of NASA, public domain, and 100 patches of 25 x 25 pixels of Labeled Faces in the Wild), read
from the installed package and kept nowhere else. The streets are `media.drawing`'s. So the set says how the parts work
together, and nothing about the faces and plates of a real city.
"""
