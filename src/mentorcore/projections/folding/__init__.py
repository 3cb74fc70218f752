"""How events are folded, whatever they are about.

In: pages of stored rows. Out: partials with the position they are at. No kind of stream is known by
name here. The doors are `Projector`, and `EventReader` for one stream at a moment. It uses no other
room of the projections.
"""
